// @vitest-environment node
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

// Opens the page in a real browser. The mock runs in a service worker; there is no server.

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
    await expect.poll(status).toBe('Connected');
  }, 60_000);
  afterEach(() => page?.close());

  const status = () => page.getByRole('status').textContent();
  const messages = () => page.getByRole('listitem').allTextContents();
  const send = async (text: string) => {
    await page.getByLabel('Message').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  it('sends a message and shows the reply', async () => {
    await send('Hello');
    await expect.poll(messages).toEqual(['Hello', 'You said Hello']);
  });

  it('reconnects after a lost connection', async () => {
    await page.evaluate(async () => {
      window.mock?.dropSockets();
      await window.mock?.push('ada', 'You missed this.');
    });
    await expect.poll(messages).toEqual(['You missed this.']);
  });

  it('refreshes expired tokens', async () => {
    await page.evaluate(() => window.mock?.expireTokens());
    await send('Am I still logged in?');
    await expect.poll(messages).toHaveLength(2);
  });
});
