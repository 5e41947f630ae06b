// The page as it is, in a real Chromium. What unpkg.com would answer comes from the installed package.
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

describe('one HTML file', { skip }, () => {
  let browser;
  let site;
  let chat;
  let chatUrl;
  let page;
  let asked;
  let complaints;

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
    asked = [];
    complaints = [];
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.route(/^https:/, (route) => answerAsUnpkg(route, asked));
    await page.goto(origin);
  });

  const logIn = async (password = 's3cret') => {
    await page.getByLabel('Server').fill(chatUrl);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const say = async (text) => {
    await page.getByLabel('Message').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };
  const isSaid = (...texts) =>
    page.waitForFunction(
      (wanted) =>
        JSON.stringify([...document.querySelectorAll('li')].map((item) => item.textContent)) ===
        JSON.stringify(wanted),
      texts,
    );

  test('loads the client as one file from the CDN, logs in and talks', async () => {
    await logIn();
    await page.getByText('Connected').waitFor();
    await say('Hello');
    await isSaid('user: Hello', 'assistant: You said Hello');
    await say('And now?');
    await isSaid(
      'user: Hello',
      'assistant: You said Hello',
      'user: And now?',
      'assistant: You said And now?',
    );
    assert.equal(asked.length, 1);
    assert.deepEqual(complaints, []);
  });

  test('shows what was said before', async () => {
    await logIn();
    await page.getByText('Connected').waitFor();
    await say('Hello');
    await isSaid('user: Hello', 'assistant: You said Hello');
    await page.reload();
    await logIn();
    await isSaid('user: Hello', 'assistant: You said Hello');
  });

  test('says why it could not log in', async () => {
    await logIn('wrong');
    await page
      .getByRole('status')
      .getByText(/password/i)
      .waitFor();
  });
});

/** The file of the installed package that a URL such as `https://unpkg.com/@chat/client@0/dist/x.js` names. */
async function answerAsUnpkg(route, asked) {
  const url = route.request().url();
  asked.push(url);
  const file = url.match(/^https:\/\/unpkg\.com\/@chat\/client@0\/(.+)$/)?.[1];
  if (file === undefined) return route.abort();
  await route.fulfill({
    contentType: 'text/javascript; charset=utf-8',
    headers: { 'access-control-allow-origin': '*' },
    body: await readFile(new URL(file, manifest)),
  });
}
