import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canBrowse,
  desktop,
  expectAccessible,
  type Look,
  openBrowser,
  phone,
  screenshot,
} from './browser.js';
import { ChatPage } from './page.js';

/** `npm run build -- --base ./` made it. */
const dist = fileURLToPath(new URL('../dist', import.meta.url));

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
};

/** On how many lines the words of each stand; 0 where it is not shown. */
const linesOfEach = (elements: Element[]) =>
  elements.map((element) => {
    const words = document.createRange();
    words.selectNodeContents(element);
    return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
  });

describe.skipIf(!canBrowse)('the page, built into some folder of a site, on the mock', () => {
  let site: Server;
  let url: string;
  let browser: Browser;
  const asked: string[] = [];

  beforeAll(async () => {
    site = createServer(async (request, response) => {
      const path = new URL(request.url ?? '', 'http://site').pathname;
      asked.push(path);
      const name = path.replace(/^\/docs\/try-it\//, '') || 'index.html';
      const body = await readFile(join(dist, name)).catch(() => undefined);
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': types[extname(name)] });
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

  const open = async (look: Look) => {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    await page.goto(url);
    return new ChatPage(page);
  };

  it.each([
    ['desktop-light', { viewport: desktop, colorScheme: 'light' }],
    ['desktop-dark', { viewport: desktop, colorScheme: 'dark' }],
  ] as const)('talks and recovers, with the keyboard alone (%s)', async (name, look) => {
    const chat = await open(look);
    const { keyboard } = chat.page;
    await chat.page.getByLabel('Name').focus();
    await keyboard.press('Enter');
    await chat.isConnected();
    await keyboard.press('Tab');
    await expect(chat.page.locator(':focus').textContent()).resolves.toBe(
      'Go to the message field',
    );
    await keyboard.press('Enter');
    await keyboard.type('Does the ferry run in a storm?');
    await keyboard.press('Enter');
    await chat.endsWith('Does the ferry run in a storm?', /^A fresh breeze/);
    await chat.page.getByRole('button', { name: 'Expire the token' }).focus();
    await keyboard.press('Space');
    await chat.journalTells('The token was refused: got a new one');
    await chat.isConnected();
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await expectAccessible(chat.page);
    await screenshot(chat.page, name);
    expect(asked.filter((path) => path.includes('/api/'))).toEqual([]);
    await chat.page.context().close();
  });

  it.each([
    ['phone-light', { viewport: phone, colorScheme: 'light' }],
    ['phone-dark', { viewport: phone, colorScheme: 'dark' }],
  ] as const)('shows one view at a time on a phone (%s)', async (name, look) => {
    const chat = await open(look);
    await chat.logIn();
    await chat.say('Good morning!');
    await chat.endsWith('Good morning!', /^Good day/);
    await expectAccessible(chat.page);
    if (name === 'phone-light') await screenshot(chat.page, name);
    await chat.view('Line');
    await chat.press('Cut the line');
    await chat.page.getByText('The line broke (1006) and is dialled again.').waitFor();
    if (name === 'phone-dark') await screenshot(chat.page, name);
    await expectAccessible(chat.page);
    await chat.view('Figures');
    await chat.page.getByRole('img', { name: 'satisfied' }).waitFor();
    await expectAccessible(chat.page);
    await chat.view('Sessions');
    await chat.page
      .getByRole('region', { name: 'Sessions' })
      .getByText('Yesterday')
      .last()
      .waitFor();
    await expectAccessible(chat.page);
    await chat.page.getByRole('link', { name: 'Go to the message field' }).focus();
    await chat.page.keyboard.press('Enter');
    expect(await chat.page.locator(':focus').getAttribute('aria-label')).toBe('Message');
    for (const width of [phone.width, 320]) {
      await chat.page.setViewportSize({ ...phone, width });
      expect(await chat.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await chat.page.locator('header > :not(img)').evaluateAll(linesOfEach)).toEqual([
        1, 1, 0, 1,
      ]);
    }
    await chat.page.context().close();
  });
});
