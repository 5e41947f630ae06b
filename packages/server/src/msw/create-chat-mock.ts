import type { RouteName } from '@chat/contract';
import type { HttpHandler, WebSocketHandler } from 'msw';
import type { StoredMessage } from '../chat/stored-message.js';
import { checkOptions } from './check-options.js';
import {
  checkClosing,
  checkFault,
  checkRateLimit,
  checkReply,
  checkRoute,
  checkStep,
} from './check-plans.js';
import { createHttpHandler } from './http-handler.js';
import type { MockSocket } from './mock-sockets.js';
import type {
  ChatMockOptions,
  MockClosing,
  MockFault,
  MockRateLimit,
  MockReply,
} from './options.js';
import { provideWebSocket } from './provide-web-socket.js';
import type { RecordedRequest } from './request-log.js';
import { createSocketHandler } from './socket-handler.js';
import { World } from './world.js';

// When it is imported, and not when a mock is made: MSW may listen already when a test makes its own.
provideWebSocket();

/**
 * The chat API as MSW handlers, and the strings to pull in a test.
 *
 * @example
 * ```ts
 * import type { ChatMock } from '@chat/server/msw';
 *
 * // A step that several tests begin with.
 * async function talk(mock: ChatMock, said: string[]): Promise<void> {
 *   for (const content of said) await mock.push('ada', content);
 * }
 * await talk(mock, ['Good morning.', 'Are you there?']);
 * ```
 */
export interface ChatMock {
  /** For `setupServer(...mock.handlers)` or `setupWorker(...mock.handlers)`: HTTP and WebSocket. */
  readonly handlers: readonly [HttpHandler, WebSocketHandler];
  /** Every call so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /**
   * The user's messages over all sessions, oldest first.
   * @throws Error when there is no such user.
   */
  messages(username: string): StoredMessage[];
  /**
   * The user's live sockets, oldest first.
   * @throws Error when there is no such user.
   */
  sockets(username: string): MockSocket[];
  /**
   * Makes the assistant's replies from now on. Without it, the assistant repeats what it was told.
   * @throws TypeError when it is no function.
   */
  reply(reply: MockReply): void;
  /**
   * Lets calls of a route fail, over HTTP. Planned faults happen in their order.
   * @throws TypeError when there is no such route, or no such member of the plan.
   * @throws RangeError when the fault is not of a known form.
   */
  fail(route: RouteName, fault: MockFault): void;
  /**
   * Refuses calls of a route with 429, over HTTP, whatever the caller's own allowance.
   * @throws TypeError when there is no such route, or no such member of the plan.
   * @throws RangeError when `retryAfter` or `times` is no whole number of at least 1.
   */
  rateLimit(route: RouteName, limit: MockRateLimit): void;
  /** Ends every token given so far: calls get a 401, sockets close with 4401. */
  expireTokens(): void;
  /**
   * Moves the mock's clock on, in milliseconds: allowances, expiry, idle sessions, heartbeats. What
   * falls due on the way happens before this returns.
   * @throws RangeError when `ms` is negative or no number.
   */
  advance(ms: number): void;
  /**
   * The assistant speaks first. Resolves when the message is stored.
   * @throws Error when there is no such user, or the text cannot be a message.
   */
  push(username: string, content: string): Promise<void>;
  /**
   * Closes all sockets with a close frame, by default as a server that restarts (1012).
   * @throws RangeError when no close frame could say so.
   */
  closeSockets(closing?: MockClosing): void;
  /** Cuts all sockets without a close frame: clients see 1006. */
  dropSockets(): void;
  /**
   * Back to the first moment: no messages, no tokens, no faults, no replies, no calls, the clock as it
   * was. Open sockets close for good (1000); replies under way find their `signal` aborted. One that goes
   * on all the same answers its call as if nothing had happened, and what the call does is not seen any more.
   */
  reset(): void;
}

/**
 * The server's own behaviour as MSW handlers: the same tokens, limits, sessions, pages and close codes,
 * in memory, with a clock that only you move.
 *
 * @throws TypeError when an option cannot be meant, such as a `baseUrl` that is no http or https URL.
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
  let world = new World(options, start);
  const worldNow = () => world;

  return {
    handlers: [createHttpHandler(baseUrl, worldNow), createSocketHandler(baseUrl, worldNow)],
    get requests() {
      return [...world.log.requests];
    },
    messages: (username) => world.messages(username),
    sockets: (username) =>
      world.socketsOf(username).map((line) => ({
        username,
        close(code = 1000, reason = '') {
          checkClosing({ code, reason });
          line.close(code, reason);
        },
      })),
    reply(reply) {
      checkReply(reply);
      world.reply = reply;
    },
    fail(route, fault) {
      checkRoute(route);
      checkFault(fault);
      world.faults.add(route, fault);
    },
    rateLimit(route, limit) {
      checkRoute(route);
      checkRateLimit(limit);
      world.faults.add(route, limit);
    },
    expireTokens: () => world.expireTokens(),
    advance(ms) {
      checkStep(ms);
      world.clock.advance(ms);
    },
    push: async (username, content) => world.push(username, content),
    closeSockets(closing = {}) {
      checkClosing(closing);
      world.sockets.closeAll(closing.code ?? 1012, closing.reason ?? '');
    },
    dropSockets: () => world.sockets.dropAll(),
    reset() {
      world.end();
      world = new World(options, start);
    },
  };
}
