// @vitest-environment node
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

// The page as it is, in a real browser: the mock answers from a service worker, and no server runs.

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const canRun = existsSync(executablePath) || process.env.CI !== undefined;
if (!canRun) console.warn(`*** SKIPPED: no Chromium at ${executablePath} (CHROMIUM_PATH) ***`);

describe.skipIf(!canRun)('in Chromium', () => {
  let vite: ViteDevServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    vite = await createServer({ server: { port: 0, host: '127.0.0.1' }, logLevel: 'error' });
    await vite.listen();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await vite?.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(`${vite.resolvedUrls?.local[0]}?mock`);
    await vi.waitFor(async () => expect(await status()).toBe('Connected'), { timeout: 30_000 });
  }, 60_000);
  afterEach(() => page?.close());

  const status = () => page.getByRole('status').textContent();
  const said = () => page.getByRole('listitem').allTextContents();
  const say = async (text: string) => {
    await page.getByLabel('Message').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  it('talks', async () => {
    await say('Hello');
    await vi.waitFor(async () => expect(await said()).toEqual(['Hello', 'You said Hello']));
  });

  it('comes back after the line broke', async () => {
    await page.evaluate(async () => {
      window.mock?.dropSockets();
      await window.mock?.push('ada', 'You missed this.');
    });
    await vi.waitFor(async () => expect(await said()).toEqual(['You missed this.']));
  });

  it('goes on when all tokens expire', async () => {
    await page.evaluate(() => window.mock?.expireTokens());
    await say('Am I still logged in?');
    await vi.waitFor(async () => expect(await said()).toHaveLength(2));
  });
});
