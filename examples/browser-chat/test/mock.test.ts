import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Appearance,
  canBrowse,
  desktop,
  expectAccessible,
  expectToFit,
  openBrowser,
  phone,
  screenshot,
  smallPhone,
} from './browser.js';
import { ChatPage } from './page.js';

/** The output of `npm run build -- --base ./`. */
const dist = fileURLToPath(new URL('../dist', import.meta.url));

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
};

describe.skipIf(!canBrowse)('the built page in a subfolder of a site, with the mock', () => {
  let site: Server;
  let url: string;
  let browser: Browser;
  const requestedPaths: string[] = [];

  beforeAll(async () => {
    site = createServer(async (request, response) => {
      const path = new URL(request.url ?? '', 'http://site').pathname;
      requestedPaths.push(path);
      const name = path.replace(/^\/docs\/try-it\//, '') || 'index.html';
      const body = await readFile(join(dist, name)).catch(() => undefined);
      response.writeHead(body === undefined ? 404 : 200, {
        'content-type': types[extname(name)] ?? 'text/plain',
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/docs/try-it/?mock`;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    site?.closeAllConnections();
    site?.close();
  });

  const open = async (appearance: Appearance) => {
    const context = await browser.newContext(appearance);
    const page = await context.newPage();
    await page.goto(url);
    return new ChatPage(page);
  };

  it.each([
    ['desktop-light', { viewport: desktop, colorScheme: 'light' }],
    ['desktop-dark', { viewport: desktop, colorScheme: 'dark' }],
  ] as const)('works with the keyboard alone (%s)', async (name, appearance) => {
    const chat = await open(appearance);
    const { keyboard } = chat.page;
    await chat.page.getByLabel('Username').focus();
    await keyboard.press('Enter');
    await chat.waitUntilConnected();
    await chat.page.getByText('Skip to the message field').focus();
    await keyboard.press('Enter');
    await keyboard.type('What does a ticket cost?');
    await keyboard.press('Enter');
    await chat.endsWith('What does a ticket cost?', /without cash\.$/);
    await chat.page.getByRole('button', { name: 'Simulate failures' }).focus();
    await keyboard.press('Enter');
    await expect(chat.page.locator(':focus').textContent()).resolves.toBe('Simulate failures');
    await chat.page.getByRole('button', { name: 'Expire the token' }).focus();
    await keyboard.press('Space');
    await chat.eventLogShows('The token was rejected; refreshed it');
    await chat.waitUntilConnected();
    await expectAccessible(chat.page);
    await keyboard.press('Escape');
    await expect(chat.page.locator(':focus').textContent()).resolves.toBe('Simulate failures');
    expect(await chat.panel('Simulate failures').count()).toBe(0);
    await chat.open('Statistics');
    await chat.page.getByRole('img', { name: 'satisfied' }).waitFor();
    await chat.page.getByLabel('Message', { exact: true }).focus();
    await expectAccessible(chat.page);
    await expectToFit(chat.page);
    await screenshot(chat.page, name);
    expect(requestedPaths.filter((path) => path.includes('/api/'))).toEqual([]);
    await chat.page.context().close();
  });

  it.each([
    ['phone-light', { viewport: phone, colorScheme: 'light' }],
    ['phone-dark', { viewport: phone, colorScheme: 'dark' }],
  ] as const)('shows the conversation or one panel on a phone (%s)', async (name, appearance) => {
    const chat = await open(appearance);
    await chat.page.getByRole('button', { name: 'Log in' }).waitFor();
    await expectAccessible(chat.page);
    await chat.logIn();
    await chat.send('What does a ticket cost?');
    await chat.endsWith('What does a ticket cost?', /without cash\.$/);
    await expectAccessible(chat.page);
    await expectToFit(chat.page);
    await screenshot(chat.page, name);
    await chat.page.setViewportSize(smallPhone);
    for (const panel of ['Sessions', 'Statistics', 'Simulate failures'] as const) {
      await chat.open(panel);
      if (panel === 'Sessions') await chat.sessions().first().locator('summary').click();
      if (panel === 'Statistics') await chat.page.getByRole('img', { name: 'satisfied' }).waitFor();
      await expectAccessible(chat.page);
      await expectToFit(chat.page);
      expect(await chat.page.getByRole('log').isVisible()).toBe(false);
    }
    await chat.page.getByRole('link', { name: 'Skip to the message field' }).focus();
    await chat.page.keyboard.press('Enter');
    expect(await chat.page.locator(':focus').getAttribute('aria-label')).toBe('Message');
    await chat.page.context().close();
  });
});
