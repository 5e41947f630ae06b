import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import type { Plugin } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { type Browser, type Context, openBrowser, type Tab } from './browser.js';

export const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 's3cret' };

/**
 * A page with a conversation, and a server. Each test of the suite has a new server and a new tab. The
 * assistant replies "Good morning." and waits before the end of each reply until `finishReply()`.
 * @param script the script of the page, an absolute path; it sets `window.mount`
 */
export function chatPage(script: string, plugins: Plugin[] = []) {
  let browser: Browser;
  let context: Context;
  let app: Awaited<ReturnType<typeof createChatServer>>;
  const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000 });
  const chat = {
    tab: undefined as unknown as Tab,
    backend: '',
    /** Another client of the same user. */
    otherClient: undefined as unknown as ChatClient,
    finishReply: () => {},
    /** Called when the server has stored a question, before the reply. */
    beforeReply: () => {},
    eventually,
    async open(parameters: Record<string, string> = {}) {
      const query = new URLSearchParams({ backend: chat.backend, ...parameters });
      await chat.tab.goto(`${browser.origin}/?${query}`);
      await eventually(async () =>
        expect(await chat.tab.evaluate(() => window.mount !== undefined)).toBe(true),
      );
    },
    texts: (selector: string) => chat.tab.texts(selector),
    expectTexts: (selector: string, expected: string[]) =>
      eventually(async () => expect(await chat.texts(selector)).toEqual(expected)),
    async send(text: string) {
      await chat.tab.fill('Message', text);
      await chat.tab.click('Send');
    },
    expectSocketCount: (expected: number) =>
      eventually(async () => {
        const { body } = await app.inject('/metrics');
        expect(body.match(/^chat_.*sockets.* (\d+)$/m)?.[1]).toBe(`${expected}`);
      }),
  };

  beforeAll(async () => {
    browser = await openBrowser(script, plugins);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    const finished = new Promise<void>((resolve) => {
      chat.finishReply = resolve;
    });
    app = await createChatServer({
      users: [ada, bob],
      corsOrigins: [browser.origin],
      limits: { messagesPerWindow: 1000 },
      assistant: {
        async *reply() {
          chat.beforeReply();
          yield 'Good ';
          yield 'morn';
          await finished;
          yield 'ing.';
        },
      },
    });
    chat.backend = await app.listen({ port: 0, host: '127.0.0.1' });
    chat.otherClient = new ChatClient({ baseUrl: chat.backend, credentials: ada });
    context = await browser.openContext();
    chat.tab = await context.openTab();
  });
  afterEach(async () => {
    chat.finishReply();
    chat.beforeReply = () => {};
    await context?.close();
    await chat.otherClient?.close();
    await app?.close();
  });
  return chat;
}
