import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@chat/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFlags, executablePath } from '../../scripts/chromium.mjs';
import { canBrowse, type ServedPage, servePage } from '../support/chromium.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const program = join(root, 'packages/server/dist/cli.cjs');
const pageScript = fileURLToPath(new URL('playwright/page.ts', import.meta.url));

/** The files of the section "Playwright" in the guide, by their names. */
async function filesOfGuide(): Promise<Map<string, string>> {
  const guide = await readFile(join(root, 'docs/guides/mock-server.md'), 'utf8');
  const [, section = ''] = guide.split('\n## Playwright\n');
  const [, code = ''] = /```js\n(.*?)```/s.exec(section) ?? [];
  const files = [...code.matchAll(/^\/\/ (\S+\.js)\n(.*?)(?=^\/\/ \S+\.js\n|$(?![\s\S]))/gms)];
  return new Map(files.map(([, name = '', text = '']) => [name, text]));
}

describe.skipIf(!canBrowse())('the Playwright files of the guide', () => {
  let folder: string;
  let page: ServedPage;
  beforeAll(async () => {
    page = await servePage(pageScript);
    // Inside the repository, so that the packages are found.
    await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
    folder = await mkdtemp(join(root, 'node_modules/.cache/playwright-'));
  });
  afterAll(async () => {
    await page?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('pass', async () => {
    const port = String(await freePort());
    const files = await filesOfGuide();
    expect([...files.keys()]).toEqual(['playwright.config.js', 'fixtures.js', 'chat.spec.js']);
    for (const [name, text] of files) {
      // The command is only linked in a project that has installed the package.
      const runnable = text.replaceAll('npx chat-server', `node "${program}"`);
      await writeFile(join(folder, name), runnable.replaceAll('4000', port));
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'machine.config.js'), machineConfig(page.origin));
    const playwright = join(root, 'node_modules/@playwright/test/cli.js');
    const { stdout } = await run(
      process.execPath,
      [playwright, 'test', '--config', 'machine.config.js'],
      { cwd: folder, env: environment() },
    ).catch((error) => error);
    expect(stdout).toContain('1 passed');
  });
});

/** The configuration of the guide with this machine's browser, and timeouts only for tests that hang. */
const machineConfig = (baseURL: string) => `
  import config from './playwright.config.js';
  export default {
    ...config,
    webServer: { ...config.webServer, timeout: 110_000 },
    timeout: 110_000,
    expect: { timeout: 100_000 },
    reporter: 'line',
    use: ${JSON.stringify({ baseURL, launchOptions: { executablePath, args: chromiumFlags } })},
  };`;

/** Vitest sets variables that Playwright reads, too. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _mode, ...rest } = process.env;
  return rest;
}
