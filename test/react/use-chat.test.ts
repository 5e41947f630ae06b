import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import type { Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { Conversation } from './conversation.js';

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 's3cret' };

describe.skipIf(!canBrowse())('useChat in Chromium, against the server', () => {
  leaveNothingBehind();
  let browser: Browser;
  let app: Awaited<ReturnType<typeof createChatServer>>;
  let backend: string;
  let elsewhere: ChatClient;
  let page: Page;
  let finishReply = () => {};

  beforeAll(async () => {
    browser = await openChromium(new URL('page.ts', import.meta.url).pathname);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const finished = new Promise<void>((resolve) => {
      finishReply = resolve;
    });
    app = await createChatServer({
      users: [ada, bob],
      corsOrigins: [browser.origin],
      limits: { messagesPerWindow: 1000 },
      assistant: {
        async *reply() {
          yield 'Good ';
          yield 'morn';
          await finished;
          yield 'ing.';
        },
      },
    });
    backend = await app.listen({ port: 0, host: '127.0.0.1' });
    elsewhere = new ChatClient({ baseUrl: backend, credentials: ada });
    page = await browser.context.newPage();
    await page.goto(`${browser.origin}/?backend=${encodeURIComponent(backend)}`);
    await page.waitForFunction(() => window.mount !== undefined);
  });
  afterEach(async () => {
    finishReply();
    await page?.close();
    await elsewhere?.close();
    await app?.close();
  });

  const shown = (selector: string) => page.locator(selector).allTextContents();
  const eventually = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 20_000 });
  const shows = (selector: string, texts: string[]) =>
    eventually(async () => expect(await shown(selector)).toEqual(texts));
  const say = async (text: string) => {
    await page.locator('input').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  it('opens one socket under StrictMode, shows the reply as it is made, and says each thing once', async () => {
    await page.evaluate(() => window.mount());
    await shows('[role=status]', ['open']);
    await say('Hello');
    await shows('output', ['Good morn']);
    await shows('ol li', ['Hello']);
    await shows('ul li', []);
    finishReply();
    await shows('ol li', ['Hello', 'Good morning.']);
    await shows('output', []);
    expect(await page.evaluate(() => window.dials())).toBe(1);
  });

  it('is a living chat under StrictMode also where unmounting logs out, and then that of the next user', async () => {
    finishReply();
    await page.evaluate(() => window.mountFor('ada'));
    await shows('[role=status]', ['open']);
    await say('I am Ada');
    await shows('ol li', ['I am Ada', 'Good morning.']);
    await page.evaluate(() => window.mountFor('bob'));
    await shows('ol li', []);
    await shows('[role=status]', ['open']);
    await say('I am Bob');
    await shows('ol li', ['I am Bob', 'Good morning.']);
  });

  it('shows what was said elsewhere while the line was cut, and pages back', async () => {
    finishReply();
    for (let nth = 1; nth <= 30; nth += 1) await elsewhere.chat.send(`Before ${nth}`);
    await page.evaluate(() => window.mount());
    await shows('[role=status]', ['open']);
    await eventually(async () => expect(await shown('ol li')).toHaveLength(50));
    await page.evaluate(() => window.cutLine());
    await elsewhere.chat.send('Meanwhile');
    await eventually(async () => {
      expect((await shown('ol li')).slice(-2)).toEqual(['Meanwhile', 'Good morning.']);
    });
    await page.getByRole('button', { name: 'Older' }).click();
    await eventually(async () => expect(await shown('ol li')).toHaveLength(62));
    expect((await shown('ol li'))[0]).toBe('Before 1');
    await page.getByRole('button', { name: 'Older' }).waitFor({ state: 'detached' });
  });

  it('takes over what a server rendered, with nothing for React to mend', async () => {
    finishReply();
    await elsewhere.chat.send('Before');
    const client = new ChatClient({ baseUrl: backend, credentials: ada });
    const html = renderToString(createElement(Conversation, { client }));
    expect(html).toContain('connecting');
    const mended = await page.evaluate((rendered) => window.hydrate(rendered), html);
    await shows('ol li', ['Before', 'Good morning.']);
    expect(mended).toEqual([]);
  });

  it('shows all components the same while messages come in the midst of a slow render', async () => {
    finishReply();
    await page.evaluate(() => window.mount());
    await shows('[role=status]', ['open']);
    let isOver = false;
    const rendering = page
      .evaluate(() => window.renderAtLeisure())
      .finally(() => {
        isOver = true;
      });
    for (let nth = 0; nth < 10 && !isOver; nth += 1) {
      await elsewhere.chat.send('Meanwhile', { return: 'minimal' });
    }
    const { rendered, committed } = await rendering;
    expect(rendered).toBeGreaterThan(1);
    expect(committed).toBe(1);
  });

  it('closes its socket when it is unmounted', async () => {
    await page.evaluate(() => window.mount());
    await shows('[role=status]', ['open']);
    await page.evaluate(() => window.unmount());
    const open = async () => (await app.inject('/metrics')).body.match(/^chat_.*sockets.* (\d+)$/m);
    await eventually(async () => expect((await open())?.[1]).toBe('0'));
  });
});
