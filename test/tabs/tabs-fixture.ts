import { fileURLToPath } from 'node:url';
import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { type Browser, type Context, openBrowser, type Tab } from '../support/browser.js';
import { createShiftedClock } from '../support/shifted-clock.js';
import type { TabOptions } from './page.js';

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 's3cret' };
const waitOptions = { timeout: 90_000, interval: 50 };

/** A request of a page that arrived at the server. */
export interface ReceivedRequest {
  /** Such as `POST /api/v1/login`. */
  readonly route: string;
  /** In the header or in the URL of the socket. */
  readonly token: string | undefined;
}

/** Repeats a check until it passes. */
export const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, waitOptions);
export const state = (tab: Tab) => tab.evaluate(() => window.socket.state);
export const contents = (tab: Tab) => tab.evaluate(() => window.contents);
export const waitForState = (tab: Tab, expected: string) =>
  eventually(async () => expect(await state(tab)).toBe(expected));
export const send = (tab: Tab, text: string) =>
  tab.evaluate(async (content) => (await window.socket.send(content)).id, text);
/** The reply of the assistant. */
export const replyTo = (text: string) => `Re: ${text}`;

/** A server, and a browser whose tabs are closed after each test. */
export class TabsFixture {
  browser!: Browser;
  /** Of one test. */
  context!: Context;
  app!: Awaited<ReturnType<typeof createChatServer>>;
  backend!: string;
  /** Another device of the user. */
  otherClient!: ChatClient;
  /** The clock of the server. */
  clock = createShiftedClock();
  readonly tabs: Tab[] = [];
  readonly requests: ReceivedRequest[] = [];
  /** Called before each reply of the assistant. */
  onReply: (question: string) => void | Promise<void> = () => {};
  /** Called before the server handles a request, with its route. */
  onRequest: (route: string) => void | Promise<void> = () => {};

  /** Registers the hooks of the tests. */
  constructor() {
    beforeAll(async () => {
      this.browser = await openBrowser(fileURLToPath(new URL('page.ts', import.meta.url)));
    });
    afterAll(() => this.browser?.close());
    beforeEach(async () => {
      this.context = await this.browser.openContext();
      await this.#startServer();
    });
    afterEach(async () => {
      this.onReply = () => {};
      this.onRequest = () => {};
      this.tabs.length = 0;
      await this.context?.close();
      await this.otherClient?.close();
      await this.app?.close();
    });
  }

  async #startServer(): Promise<void> {
    this.clock = createShiftedClock();
    this.requests.length = 0;
    this.app = await createChatServer({
      users: [ada, bob],
      clock: this.clock,
      corsOrigins: [this.browser.origin],
      limits: {
        messagesPerWindow: 1_000_000,
        loginsPerWindow: 1_000_000,
        // A missing heartbeat must not be what detects a dead connection.
        heartbeatMs: 600_000,
      },
      assistant: {
        reply: async ({ messages }) => {
          const question = messages.at(-1)?.content ?? '';
          await this.onReply(question);
          return replyTo(question);
        },
      },
    });
    this.app.addHook('onRequest', async ({ method, url, headers }) => {
      if (method === 'OPTIONS' || headers.origin === undefined) return;
      const { pathname, searchParams } = new URL(url, 'http://server');
      const token = headers.authorization?.replace('Bearer ', '') ?? searchParams.get('token');
      const route = `${method} ${pathname}`;
      this.requests.push({ route, token: token ?? undefined });
      await this.onRequest(route);
    });
    this.backend = await this.app.listen({ port: 0, host: '127.0.0.1' });
    this.otherClient = new ChatClient({ baseUrl: this.backend, credentials: ada });
  }

  /** By the server's count. A connection that was replaced may still be closing. */
  expectSocketCount(count: number): Promise<void> {
    return eventually(() => expect(this.app.websocketServer.clients.size).toBe(count));
  }

  async openTab(options: Omit<TabOptions, 'backend'> = {}): Promise<Tab> {
    const tab = await this.context.openTab();
    this.tabs.push(tab);
    await tab.goto(this.browser.origin);
    await tab.evaluate((all) => window.start(all), { backend: this.backend, ...options });
    return tab;
  }

  /** Opens tabs and waits until all of them are connected. */
  async openTabs(count: number, options: Omit<TabOptions, 'backend'> = {}): Promise<Tab[]> {
    const tabs: Tab[] = [];
    for (let nth = 0; nth < count; nth += 1) tabs.push(await this.openTab(options));
    for (const tab of tabs) await waitForState(tab, 'open');
    return tabs;
  }

  async closeTab(tab: Tab): Promise<void> {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    await tab.close();
  }

  findLeader(): Promise<Tab> {
    return eventually(async () => {
      const all = await Promise.all(this.tabs.map((tab) => tab.evaluate(() => window.isLeader())));
      const leader = this.tabs[all.indexOf(true)];
      if (leader === undefined) throw new Error('No tab is the leader.');
      return leader;
    });
  }

  /**
   * Stops the page like a computer that sleeps: it receives no event and runs nothing. Returns a function that lets it
   * continue; `first` is a script that runs before anything that has waited. Only in Chromium.
   */
  async stop({ page }: Tab, first = ''): Promise<() => Promise<void>> {
    const session = await page!.context().newCDPSession(page!);
    await session.send('Debugger.enable');
    const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
    const done = session.send('Runtime.evaluate', { expression: `debugger; ${first}` });
    await paused;
    return async () => {
      await session.send('Debugger.resume');
      await done;
      await session.detach();
    };
  }

  /** Like the browser does with a page in the background. Chromium freezes no page that Playwright controls. */
  async freeze(tab: Tab): Promise<() => Promise<void>> {
    await tab.evaluate(() => void document.dispatchEvent(new Event('freeze')));
    return this.stop(tab, "document.dispatchEvent(new Event('resume'))");
  }

  /** The stored messages, oldest first; only those after the first `known` ones. */
  async history(known = 0): Promise<string[]> {
    const newest: string[] = [];
    let total: number | undefined;
    for (let page = 1; ; page += 1) {
      const { messages, pagination } = await this.otherClient.chat.history({ page, pageSize: 100 });
      total ??= pagination.total;
      // A message that is stored meanwhile moves all others.
      if (total !== pagination.total) return this.history(known);
      newest.push(...messages.map(({ content }) => content));
      if (newest.length >= total - known || messages.length === 0) break;
    }
    return newest.slice(0, total - known).reverse();
  }
}
