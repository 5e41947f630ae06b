import { onTestFinished, vi } from 'vitest';
import { ChatClient } from '../../client.js';
import type { SocketMessage } from '../../socket/events.js';
import type { ConnectOptions } from '../../socket/options.js';
import { status } from '../../socket/testing/harness.js';
import { ScriptedWebSocket } from '../../socket/testing/scripted-web-socket.js';
import { conversationOf } from '../conversation-of.js';

/** Before every message that the tests make. */
const timestamp = '2026-01-01T00:00:00.000Z';
export const greeting = status({ event: 'connected', features: ['identity', 'ack'], timestamp });

/** A conversation under fake timers, with the test in the place of the backend. */
export function stage(options: ConnectOptions = {}) {
  vi.useFakeTimers();
  const dials: ScriptedWebSocket[] = [];
  /** Oldest first. */
  const stored: SocketMessage[] = [];
  /** Called before each page is answered; what it throws breaks the line. */
  const reads = vi.fn(async (_page: number) => {});
  const client = new ChatClient({
    baseUrl: 'https://chat.example.com',
    token: 'token-1',
    getToken: async () => 'token-2',
    retry: { limit: 0 },
    random: () => 0,
    fetch: async (input) => {
      const query = new URL(typeof input === 'string' ? input : (input as Request).url)
        .searchParams;
      const [page, pageSize] = [Number(query.get('page')), Number(query.get('pageSize'))];
      await reads(page);
      const messages = stored.toReversed().slice((page - 1) * pageSize, page * pageSize);
      const pagination = { total: stored.length, page, pageSize };
      return Response.json({ messages, pagination });
    },
    WebSocket: class extends ScriptedWebSocket {
      constructor(url: string) {
        super(url);
        dials.push(this);
      }
    } as never,
  });
  const conversation = conversationOf(client, options);
  const leaves = new Set<() => void>();
  onTestFinished(async () => {
    for (const leave of leaves) leave();
    await client.close();
    vi.useRealTimers();
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const line = () => dials.at(-1)!;
  return {
    client,
    conversation,
    dials,
    stored,
    reads,
    settle,
    line,
    view: () => conversation.view(),
    contents: () => conversation.view().messages.map(({ content }) => content),
    said: () => conversation.view().outgoing.map(({ content, state }) => [content, state]),
    /** Mounts a component, so to say; returns how to unmount it. */
    enter(listener = () => {}) {
      const leave = conversation.subscribe(listener);
      leaves.add(leave);
      return leave;
    },
    /** Brings the newest dial up. */
    async greet() {
      await settle();
      line().open();
      line().receive(greeting);
      await settle();
    },
    async receive(frame: unknown) {
      line().receive(frame);
      await settle();
    },
    /** The backend stores a message and tells the line. */
    async tell(message: SocketMessage) {
      stored.push(message);
      line().receive({ type: 'message', data: message });
      await settle();
    },
  };
}
