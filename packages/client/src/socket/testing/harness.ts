import { onTestFinished, vi } from 'vitest';
import type { Message } from '../../types/models.js';
import { ChatSocket } from '../chat-socket.js';
import type { SocketDependencies } from '../dependencies.js';
import type { RecoveryResult, SocketMessage } from '../events.js';
import type { ConnectOptions } from '../options.js';
import type { SocketStateChange } from '../state-change.js';
import { ScriptedWebSocket } from './scripted-web-socket.js';

const allFeatures = ['identity', 'ack', 'heartbeat', 'typing', 'receipts', 'rate-limit-notice'];

/** A ChatSocket with fake timers; the test plays the backend. */
export function harness(options: ConnectOptions = {}, overrides: Partial<SocketDependencies> = {}) {
  vi.useFakeTimers();
  const webSockets: ScriptedWebSocket[] = [];
  const states: SocketStateChange[] = [];
  const messages: SocketMessage[] = [];
  const recovered: RecoveryResult[] = [];
  /** Newest first, like the responses of the backend. */
  const history: Message[] = [];
  const mocks = {
    token: vi.fn(async () => 'token-1'),
    refresh: vi.fn(async (_refused: string) => 'token-2'),
    history: vi.fn(async ({ page, pageSize }: { page: number; pageSize: number }) => ({
      messages: history.slice((page - 1) * pageSize, page * pageSize),
      pagination: { total: history.length, page, pageSize },
    })),
    checkToken: vi.fn(async () => {}),
    logger: { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() },
  };
  const dependencies: SocketDependencies = {
    url: 'wss://chat.example.com/ws/chat',
    tokens: { tokenForSocket: mocks.token, refresh: mocks.refresh },
    history: mocks.history,
    checkToken: mocks.checkToken,
    openWebSocket: (url) => {
      const webSocket = new ScriptedWebSocket(url);
      webSockets.push(webSocket);
      return webSocket;
    },
    now: () => Date.now(),
    random: () => 0,
    logger: mocks.logger,
    secrets: { redact: (text) => text.replaceAll('token-1', '[redacted]') },
    ...overrides,
  };
  const socket = new ChatSocket(dependencies, options);
  socket.on('state', (change) => states.push(change));
  socket.on('message', (message) => messages.push(message));
  socket.on('recovered', (result) => recovered.push(result));
  onTestFinished(() => {
    socket.close();
    vi.useRealTimers();
  });

  const last = () => webSockets.at(-1)!;
  return {
    socket,
    webSockets,
    states,
    messages,
    recovered,
    history,
    mocks,
    last,
    /** Waits until pending promises have settled. */
    settle: async () => {
      await vi.advanceTimersByTimeAsync(0);
    },
    /** Opens the newest WebSocket and sends a greeting. */
    async greet(data: Record<string, unknown> = {}) {
      await vi.advanceTimersByTimeAsync(0);
      last().open();
      last().receive({
        type: 'status',
        data: {
          role: 'system',
          content: 'Welcome.',
          timestamp: '2026-01-01T00:00:00.000Z',
          event: 'connected',
          features: allFeatures,
          ...data,
        },
      });
      await vi.advanceTimersByTimeAsync(0);
    },
    /** Opens the newest WebSocket as a core-only backend, without a greeting. */
    async openCore() {
      await vi.advanceTimersByTimeAsync(0);
      last().open();
      await vi.advanceTimersByTimeAsync(1000);
    },
  };
}

let ids = 0;

export function message(
  role: 'user' | 'assistant',
  content: string,
  more: Partial<SocketMessage> = {},
): SocketMessage {
  ids += 1;
  return { role, content, timestamp: '2026-01-01T00:00:01.000Z', id: `m${ids}`, ...more };
}

/** A message of a core-only backend, without an id. */
export function coreMessage(
  role: 'user' | 'assistant',
  content: string,
  timestamp = 'now',
): SocketMessage {
  return { role, content, timestamp };
}

export function frame(data: SocketMessage) {
  return { type: 'message', data };
}

export function status(data: Record<string, unknown>) {
  return { type: 'status', data: { role: 'system', content: '…', timestamp: 'now', ...data } };
}

export type Harness = ReturnType<typeof harness>;
