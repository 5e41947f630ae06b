import { onTestFinished, vi } from 'vitest';
import { ChatClient } from '../../client.js';
import type { SocketMessage } from '../../socket/events.js';
import { status } from '../../socket/testing/harness.js';
import { ScriptedWebSocket } from '../../socket/testing/scripted-web-socket.js';
import { createChatStore } from '../chat-store.js';
import type { ChatStoreOptions } from '../chat-view.js';

/** Older than all messages of the tests. */
const timestamp = '2026-01-01T00:00:00.000Z';
export const greeting = status({
  event: 'connected',
  features: ['identity', 'ack', 'stop'],
  timestamp,
});

/** A store under fake timers; the test is its backend. */
export function createTestBackend(options: ChatStoreOptions = {}, token = 'token-1') {
  vi.useFakeTimers();
  const sockets: ScriptedWebSocket[] = [];
  /** Oldest first. */
  const stored: SocketMessage[] = [];
  /** Called before the response of each page; an error makes the request fail. */
  const reads = vi.fn(async (_page: number) => {});
  /** The bodies of POST requests by path, and the responses to them. */
  const posts = vi.fn(async (_path: string, _body: unknown): Promise<object> => ({}));
  /** The idempotency keys of POST requests. */
  const keys: (string | null)[] = [];
  const client = new ChatClient({
    baseUrl: 'https://chat.example.com',
    token,
    getToken: async () => 'token-2',
    retry: { limit: 0 },
    random: () => 0,
    fetch: async (input, { method, body, headers }) => {
      const { pathname, searchParams: query } = new URL(input);
      if (method === 'POST') {
        keys.push(new Headers(headers).get('idempotency-key'));
        return Response.json(await posts(pathname, body && JSON.parse(body)));
      }
      const [page, pageSize] = [Number(query.get('page')), Number(query.get('pageSize'))];
      await reads(page);
      const messages = stored.toReversed().slice((page - 1) * pageSize, page * pageSize);
      const pagination = { total: stored.length, page, pageSize };
      return Response.json({ messages, pagination });
    },
    WebSocket: class extends ScriptedWebSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    } as never,
  });
  const store = createChatStore(client, options);
  const mounted = new Set<() => void>();
  onTestFinished(async () => {
    for (const unmount of mounted) unmount();
    await client.close();
    vi.useRealTimers();
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const connection = () => sockets.at(-1)!;
  return {
    client,
    store,
    sockets,
    stored,
    reads,
    posts,
    keys,
    settle,
    connection,
    view: () => store.getSnapshot(),
    contents: () => store.getSnapshot().messages.map(({ content }) => content),
    outgoing: () => store.getSnapshot().outgoing.map(({ content, state }) => [content, state]),
    /** Subscribes like a component that mounts. */
    mount(subscriber = () => {}) {
      const unmount = store.subscribe(subscriber);
      mounted.add(unmount);
      return unmount;
    },
    /** Accepts the newest connection. */
    async acceptConnection() {
      await settle();
      connection().open();
      connection().receive(greeting);
      await settle();
    },
    async receive(frame: unknown) {
      connection().receive(frame);
      await settle();
    },
    /** Stores a message and sends it to the socket. */
    async storeAndPush(message: SocketMessage) {
      stored.push(message);
      connection().receive({ type: 'message', data: message });
      await settle();
    },
  };
}
