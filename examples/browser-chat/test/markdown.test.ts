import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../demo/serve.js';
import {
  canBrowse,
  desktop,
  expectAccessible,
  expectToFit,
  openBrowser,
  phone,
} from './browser.js';
import { ChatPage, eventually } from './page.js';

// The assistant repeats a message with "Ping".
const text = `Ping of a text

## The title of it

1. One **bold and long** text with \`code and more\`
2. A [link with text](https://harbour.example/a)

| Ticket | Price |
|---|---|
| Day | 7.40 |

\`\`\`js
let price = 7.4;
\`\`\`

> The _very last_ line.`;

describe.skipIf(!canBrowse)('Markdown in replies', () => {
  let demo: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let context: BrowserContext;
  let chat: ChatPage;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([serve(0), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({
      viewport: desktop,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    await page.goto(demo.url);
    chat = new ChatPage(page);
    await chat.logIn();
  });
  afterEach(() => context.close());

  const receive = async (markdown: string, end: RegExp) => {
    await chat.send(markdown);
    const reply = chat.lastReply();
    await eventually(async () =>
      expect((await reply.locator('.content').textContent())?.trim()).toMatch(end),
    );
    return reply;
  };

  it('shows headings, lists, tables, code, quotes and links', async () => {
    const readStates = await chat.recordReply();
    const reply = await receive(text, /last line\.$/);
    await reply.getByRole('heading', { name: 'The title of it' }).waitFor();
    expect(await reply.getByRole('listitem').count()).toBe(2);
    await reply.getByRole('cell', { name: '7.40' }).waitFor();
    await reply.getByText('let price = 7.4;').waitFor();
    expect(await reply.locator('strong').textContent()).toBe('bold and long');
    expect(await reply.locator('blockquote em').textContent()).toBe('very last');
    const link = reply.getByRole('link', { name: 'link with text' });
    expect(await link.getAttribute('href')).toBe('https://harbour.example/a');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toContain('noopener');
    await expectAccessible(chat.page);
    await chat.page.setViewportSize({ ...phone, width: 320 });
    await expectToFit(chat.page);
    // No part of the markup was visible while the reply was streamed.
    const states = await readStates();
    expect(states.length).toBeGreaterThan(10);
    expect(states.filter((state) => /\*|`|#|\||>|_|\]|\[|https|\d\. /.test(state))).toEqual([]);
  });

  it('scrolls a wide table and breaks no words', async () => {
    const row = (cell: string) => `|${` ${cell} |`.repeat(6)}`;
    const table = [row('Blueberries'), row('---'), row('Raspberries')].join('\n');
    const reply = await receive(`Ping\n\n${table}`, /Raspberries$/);
    await chat.page.setViewportSize({ ...phone, width: 320 });
    await expectToFit(chat.page);
    const { hidden, lines } = await reply.locator('table').evaluate((element) => {
      const cell = element.querySelector('td')!;
      const text = document.createRange();
      text.selectNodeContents(cell);
      return {
        hidden: element.scrollWidth - element.clientWidth,
        lines: text.getClientRects().length,
      };
    });
    expect(hidden).toBeGreaterThan(0);
    expect(lines).toBe(1);
    await expectAccessible(chat.page);
  });

  it('copies a message as Markdown, and code as text', async () => {
    const reply = await receive(text, /last line\.$/);
    const clipboard = () => chat.page.evaluate(() => navigator.clipboard.readText());
    await reply.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.page.getByRole('status').getByText('Copied').waitFor();
    expect(await clipboard()).toBe(text.replace('Ping', 'Pong'));
    await reply.getByRole('button', { name: 'Copy code' }).click();
    await eventually(async () => expect(await clipboard()).toBe('let price = 7.4;'));
  });

  it('renders no scripts, event handlers, dangerous links or images', async () => {
    const requests: string[] = [];
    chat.page.on('request', (request) => requests.push(request.url()));
    const reply = await receive(
      `Ping <img src="https://tracker.example/a.gif" onerror="window.attacked = 1">

<script>window.attacked = 2</script>

<b onclick="window.attacked = 3">bold</b> [one](javascript:window.attacked=4) <javascript:window.attacked=5>

![two](https://tracker.example/b.gif "title") ![three](javascript:window.attacked=6)

[four](data:text/html,<script>alert(1)</script>) [five][ref] <style>* { display: none }</style>

\`\`\`<img src=x onerror="window.attacked=7">
x
\`\`\`

[ref]: vbscript:alert(1)

Last line.`,
      /Last line\.$/,
    );
    const links = await reply
      .locator('a[href]')
      .evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute('href')]));
    expect(links).toEqual([['two', 'https://tracker.example/b.gif']]);
    expect(await reply.locator('.content :is(img, script, style, b)').count()).toBe(0);
    // HTML is shown as text.
    expect(await reply.textContent()).toContain('<script>window.attacked = 2</script>');
    for (const name of ['bold', 'one', 'three']) await reply.getByText(name).first().click();
    expect(await chat.page.evaluate(() => 'attacked' in window)).toBe(false);
    expect(requests.filter((address) => address.includes('tracker'))).toEqual([]);
  });

  it('shows text that is written from right to left', async () => {
    const hebrew = 'שלום! מתי יוצאת המעבורת?';
    await receive(`Ping\n\n\`npm\` ${hebrew}`, new RegExp(hebrew.slice(0, 4)));
    const direction = (element: Element) => getComputedStyle(element).direction;
    const paragraphs = chat.lastReply().locator('.markdown > div');
    await expect(paragraphs.first().evaluate(direction)).resolves.toBe('ltr');
    await expect(paragraphs.last().evaluate(direction)).resolves.toBe('rtl');
    const field = chat.page.getByLabel('Message', { exact: true });
    await field.fill(hebrew);
    await expect(field.evaluate(direction)).resolves.toBe('rtl');
  });

  it('shows the actions of a message on hover and focus', async () => {
    await receive('Good morning!', /^Good day/);
    const earlier = chat.page.getByRole('article').nth(-3);
    const rate = earlier.getByRole('button', { name: 'Good reply' });
    const opacity = () => rate.evaluate((element) => getComputedStyle(element).opacity);
    await chat.page.mouse.move(0, 0);
    expect(await opacity()).toBe('0');
    await earlier.hover();
    expect(await opacity()).toBe('1');
    await chat.page.mouse.move(0, 0);
    expect(await opacity()).toBe('0');
    await rate.focus();
    expect(await opacity()).toBe('1');
  });
});
