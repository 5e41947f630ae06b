import type { Message, RouteName } from '@chat/contract';
import type { HttpHandler, WebSocketHandler } from 'msw';
import { defaultLimits } from '../chat/limits.js';
import { frameMaxBytes } from '../chat/socket/frame-size.js';
import { FaultList } from './fault-list.js';
import { createHttpHandler } from './http-handler.js';
import { type MockSocket, MockSockets, subjectOf } from './mock-sockets.js';
import type { ChatMockOptions, MockFault, MockRateLimit, MockReply } from './options.js';
import { provideWebSocket } from './provide-web-socket.js';
import { type RecordedRequest, RequestLog } from './request-log.js';
import { createSocketHandler } from './socket-handler.js';
import { World } from './world.js';

/** The chat API as MSW handlers, and the strings to pull in a test. */
export interface ChatMock {
  /** For `setupServer(...mock.handlers)` or `setupWorker(...mock.handlers)`: HTTP and WebSocket. */
  readonly handlers: readonly [HttpHandler, WebSocketHandler];
  /** Every call so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /**
   * The user's messages over all sessions, oldest first.
   * @throws Error when there is no such user.
   */
  messages(username: string): Required<Message>[];
  /** The user's live sockets, oldest first. */
  sockets(username: string): MockSocket[];
  /** Makes the assistant's replies from now on. Without it, the assistant repeats what it was told. */
  reply(reply: MockReply): void;
  /**
   * Lets calls of a route fail.
   * @throws RangeError when the fault is not of a known form.
   */
  fail(route: RouteName, fault: MockFault): void;
  /** Refuses calls of a route with 429. */
  rateLimit(route: RouteName, limit: MockRateLimit): void;
  /** Ends every token given so far: calls get a 401, sockets close with 4401. */
  expireTokens(): void;
  /** Moves the mock's clock on, in milliseconds: allowances, expiry, idle sessions, heartbeats. */
  advance(ms: number): void;
  /**
   * The assistant speaks first. Resolves when the message is stored.
   * @throws Error when there is no such user.
   */
  push(username: string, content: string): Promise<void>;
  /** Closes all sockets with a close frame. `code` is 1012 (the server restarts) by default. */
  closeSockets(closing?: { readonly code?: number; readonly reason?: string }): void;
  /** Cuts all sockets without a close frame: clients see 1006. */
  dropSockets(): void;
  /** Back to the first moment: no messages, no tokens, no faults, no replies, the clock as it was. */
  reset(): void;
}

/**
 * The server's own behaviour as MSW handlers: the same tokens, limits, sessions, pages and close codes,
 * in memory, with a clock that only you move.
 *
 * @throws TypeError when `baseUrl` is no http or https URL, or a user is not complete.
 * @example
 * ```ts
 * import { setupServer } from 'msw/node';
 * import { createChatMock } from '@chat/server/msw';
 *
 * const mock = createChatMock({
 *   baseUrl: 'https://chat.example.com',
 *   users: [{ username: 'ada', password: 's3cret' }],
 * });
 * const server = setupServer(...mock.handlers);
 * server.listen();
 * mock.reply((message) => `You said ${message}`);
 * ```
 */
export function createChatMock(options: ChatMockOptions): ChatMock {
  const baseUrl = checkOptions(options);
  const start = options.now ?? Date.now();
  const faults = new FaultList<MockFault>();
  const limits = new FaultList<MockRateLimit>();
  const sockets = new MockSockets();
  const log = new RequestLog();
  let reply: MockReply | undefined;
  let world = new World(options, start, () => reply);
  provideWebSocket();

  const ownerOf = (token: string) => world.usernameOf(subjectOf(token));
  const handlers = [
    createHttpHandler({
      baseUrl,
      world: () => world,
      takeFault: (route) => faults.take(route),
      takeRateLimit: (route) => limits.take(route),
      record: (call) => log.add(call, ownerOf),
    }),
    createSocketHandler({
      baseUrl,
      sockets,
      frameMaxBytes: frameMaxBytes({ ...defaultLimits, ...options.limits }),
      world: () => world,
    }),
  ] as const;

  return {
    handlers,
    get requests() {
      return log.requests;
    },
    messages: (username) => world.messages(username),
    sockets(username) {
      world.userId(username);
      return sockets
        .live()
        .filter(({ token }) => ownerOf(token) === username)
        .map(({ line }) => ({
          username,
          close: (code = 1000, reason = '') => line.close(code, reason),
        }));
    },
    reply(next) {
      reply = next;
    },
    fail(route, fault) {
      checkFault(fault);
      faults.add(route, fault);
    },
    rateLimit: (route, limit) => limits.add(route, limit),
    expireTokens: () => world.expireTokens(),
    advance: (ms) => world.clock.advance(ms),
    async push(username, content) {
      await world.ready;
      await world.api.push(world.userId(username), content);
    },
    closeSockets: ({ code = 1012, reason = '' } = {}) => sockets.closeAll(code, reason),
    dropSockets: () => sockets.closeAll(1006, ''),
    reset() {
      sockets.closeAll(1006, '');
      faults.clear();
      limits.clear();
      log.clear();
      reply = undefined;
      world = new World(options, start, () => reply);
    },
  };
}

function checkOptions({ baseUrl, users }: ChatMockOptions): string {
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError(
      'Option "baseUrl" must be an http or https URL, such as "https://chat.test".',
    );
  }
  for (const user of users) {
    if (typeof user.username !== 'string' || typeof user.password !== 'string') {
      throw new TypeError('Option "users" must be a list of { username, password }, both strings.');
    }
  }
  return baseUrl.replace(/\/+$/, '');
}

function checkFault(fault: MockFault): void {
  if ('status' in fault && !(fault.status >= 400 && fault.status <= 599)) {
    throw new RangeError('A fault\'s "status" must be from 400 to 599.');
  }
  if (!('status' in fault) && !('network' in fault) && fault.delayMs === undefined) {
    throw new RangeError('A fault needs "status", "network: true" or "delayMs".');
  }
}
