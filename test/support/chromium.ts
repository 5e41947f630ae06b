import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BrowserContext, chromium } from 'playwright-core';
import { chromiumFlags, executablePath } from '../../scripts/chromium.mjs';

export { canBrowse } from '../../scripts/chromium.mjs';

const root = new URL('../../', import.meta.url).pathname;
const sources: Record<string, string> = {
  '@chat/contract': join(root, 'packages/contract/src/index.ts'),
  '@chat/client': join(root, 'packages/client/src/index.ts'),
  '@chat/client/react': join(root, 'packages/client/src/react/index.ts'),
  '@chat/server/msw': join(root, 'packages/server/src/msw/index.ts'),
};

export interface Browser {
  /** Where the page is served, with MSW's service worker beside it. */
  readonly origin: string;
  /** Tabs opened in it share storage and service worker. */
  readonly context: BrowserContext;
  /** The paths that reached the server, and so no service worker answered. */
  readonly served: readonly string[];
  close(): Promise<void>;
}

/**
 * A real Chromium with a folder of its own, and a server on a free port that gives every path the same
 * page with the bundled script.
 * @param script the entry, an absolute path
 */
export async function openChromium(script: string): Promise<Browser> {
  const files = new Map([
    ['/script.js', { type: 'text/javascript', body: await bundle(script) }],
    ['/mockServiceWorker.js', { type: 'text/javascript', body: await serviceWorker() }],
  ]);
  const page =
    '<!doctype html><meta charset="utf-8"><script type="module" src="/script.js"></script>';
  const served: string[] = [];
  const server = createServer((request, response) => {
    served.push(request.url ?? '');
    const { type, body } = files.get(request.url ?? '') ?? { type: 'text/html', body: page };
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = await mkdtemp(join(tmpdir(), 'chat-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: chromiumFlags,
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    context,
    served,
    async close() {
      await context.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Fails when the script reaches a Node module. */
async function bundle(script: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [script],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: 'inline',
    alias: sources,
    define: { 'process.env.NODE_ENV': '"test"' },
  });
  return outputFiles[0]?.text ?? '';
}

function serviceWorker(): Promise<string> {
  return readFile(join(root, 'node_modules/msw/lib/mockServiceWorker.js'), 'utf8');
}
