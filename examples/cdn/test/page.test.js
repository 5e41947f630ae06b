// Opens the page in Chromium. Requests to unpkg.com are served from the installed package.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createChatServer } from '@chat/server';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const skip = !existsSync(executablePath) && !process.env.CI && `no Chromium at ${executablePath}`;

const manifest = import.meta.resolve('@chat/client/package.json');
const html = await readFile(new URL('../index.html', import.meta.url));

describe('the page', { skip }, () => {
  let browser;
  let site;
  let chat;
  let chatUrl;
  let page;
  let requestedUrls;
  let consoleErrors;

  before(async () => {
    site = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  after(async () => {
    await browser?.close();
    site.close();
    await chat?.close();
  });

  beforeEach(async () => {
    await chat?.close();
    const origin = `http://127.0.0.1:${site.address().port}`;
    chat = await createChatServer({
      users: [{ username: 'ada', password: 's3cret' }],
      corsOrigins: [origin],
      assistant: {
        async *reply({ messages }) {
          yield 'You said ';
          yield messages.at(-1).content;
        },
      },
    });
    chatUrl = await chat.listen({ port: 0, host: '127.0.0.1' });
    await page?.close();
    page = await browser.newPage();
    requestedUrls = [];
    consoleErrors = [];
    page.on(
      'console',
      (message) => message.type() === 'error' && consoleErrors.push(message.text()),
    );
    page.on('pageerror', (error) => consoleErrors.push(String(error)));
    await page.route(/^https:/, (route) => serveFromPackage(route, requestedUrls));
    await page.goto(origin);
  });

  const logIn = async (password = 's3cret') => {
    await page.getByLabel('Server').fill(chatUrl);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const send = async (text) => {
    await page.getByLabel('Message').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };
  const waitForMessages = (...texts) =>
    page.waitForFunction(
      (expected) =>
        JSON.stringify([...document.querySelectorAll('li')].map((item) => item.textContent)) ===
        JSON.stringify(expected),
      texts,
    );

  test('loads the client as one file from the CDN, logs in and sends messages', async () => {
    await logIn();
    await page.getByText('Connected').waitFor();
    await send('Hello');
    await waitForMessages('user: Hello', 'assistant: You said Hello');
    await send('And now?');
    await waitForMessages(
      'user: Hello',
      'assistant: You said Hello',
      'user: And now?',
      'assistant: You said And now?',
    );
    assert.equal(requestedUrls.length, 1);
    assert.deepEqual(consoleErrors, []);
  });

  test('shows earlier messages', async () => {
    await logIn();
    await page.getByText('Connected').waitFor();
    await send('Hello');
    await waitForMessages('user: Hello', 'assistant: You said Hello');
    await page.reload();
    await logIn();
    await waitForMessages('user: Hello', 'assistant: You said Hello');
  });

  test('shows why the login failed', async () => {
    await logIn('wrong');
    await page
      .getByRole('status')
      .getByText(/password/i)
      .waitFor();
  });
});

/** Responds to a URL such as `https://unpkg.com/@chat/client@0/dist/x.js` with that file of the installed package. */
async function serveFromPackage(route, requestedUrls) {
  const url = route.request().url();
  requestedUrls.push(url);
  const file = url.match(/^https:\/\/unpkg\.com\/@chat\/client@0\/(.+)$/)?.[1];
  if (file === undefined) return route.abort();
  await route.fulfill({
    contentType: 'text/javascript; charset=utf-8',
    headers: { 'access-control-allow-origin': '*' },
    body: await readFile(new URL(file, manifest)),
  });
}
