import type { RouteName } from '@chat/contract';
import type { StoredMessage } from '../../domain/messages/stored-message.js';
import { MockBackend, type MockSetup } from './mock-backend.js';
import type { MockSocket } from './mock-sockets.js';
import type { MockClose, MockFault, MockRateLimit, MockReply, MockReplyRule } from './options.js';
import type { RecordedRequest } from './request-log.js';
import {
  assertClose,
  assertDuration,
  assertFault,
  assertRateLimit,
  assertReply,
  assertRoute,
} from './validate-options.js';

/**
 * The methods that control a mock in a test. `connectMock()` of `@chat/server/mock` has the same for a mock process, as
 * promises.
 *
 * @example
 * ```ts
 * import type { MockControls } from '@chat/server/msw';
 *
 * // The first step of several tests.
 * async function talk(mock: MockControls, said: string[]): Promise<void> {
 *   for (const content of said) await mock.push('ada', content);
 * }
 * await talk(mock, ['Good morning.', 'Are you there?']);
 * ```
 */
export interface MockControls {
  /** All requests so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /**
   * The user's messages in all sessions, oldest first.
   * @throws Error when the user does not exist.
   */
  messages(username: string): StoredMessage[];
  /**
   * The user's open sockets, oldest first.
   * @throws Error when the user does not exist.
   */
  sockets(username: string): MockSocket[];
  /**
   * Sets how the assistant replies: a function, or rules, of which the first that applies to a message is used. The default
   * echoes the message.
   * @throws TypeError when it is neither a function nor rules.
   * @throws RangeError when a value of a rule is out of range.
   */
  reply(reply: MockReply | MockReplyRule | readonly MockReplyRule[]): void;
  /**
   * Makes HTTP requests of a route fail. Faults of a route apply in the order of the calls of this method.
   * @throws TypeError when the route or an option is unknown.
   * @throws RangeError when the fault is invalid.
   */
  fail(route: RouteName, fault: MockFault): void;
  /**
   * Rejects HTTP requests of a route with 429, whatever the user's own rate limit.
   * @throws TypeError when the route or an option is unknown.
   * @throws RangeError when `retryAfterSeconds` or `times` is not an integer of at least 1.
   */
  rateLimit(route: RouteName, limit: MockRateLimit): void;
  /** Revokes all tokens: requests get a 401, sockets close with 4401. */
  expireTokens(): void;
  /**
   * Advances the mock's clock by `ms` milliseconds: rate limits, token expiry, idle sessions, heartbeats. Everything that
   * becomes due happens before this returns.
   * @throws RangeError when `ms` is negative or not a finite number.
   */
  advance(ms: number): void;
  /**
   * Sends a message of the assistant without a user message before it. Resolves when the message is stored.
   * @throws Error when the user does not exist or the text is invalid.
   */
  push(username: string, content: string): Promise<void>;
  /**
   * Closes all sockets with a close frame, by default 1012 (the server restarts).
   * @throws RangeError when a close frame cannot carry the code or reason.
   */
  closeSockets(closing?: MockClose): void;
  /** Drops all sockets without a close frame: clients see 1006. */
  dropSockets(): void;
  /**
   * Resets the mock: no messages, tokens, faults, reply function or recorded requests, and the clock at its start. Open
   * sockets close with 1000, so that clients do not reconnect. The `signal` of replies in progress is aborted; a reply that
   * continues still gets its response, but has no effect on the new state.
   */
  reset(): void;
}

/** The controls of a mock, and its backend at the moment: `reset()` replaces it. */
export interface ControlledMock {
  readonly controls: MockControls;
  currentBackend(): MockBackend;
}

export function createMockControls(setup: MockSetup): ControlledMock {
  const start = setup.now ?? Date.now();
  let backend = new MockBackend(setup, start);
  const controls: MockControls = {
    get requests() {
      return [...backend.log.requests];
    },
    messages: (username) => backend.messages(username),
    sockets: (username) =>
      backend.openSockets(username).map((connection) => ({
        username,
        close(code = 1000, reason = '') {
          assertClose({ code, reason });
          connection.close(code, reason);
        },
      })),
    reply(reply) {
      assertReply(reply);
      backend.setReply(reply);
    },
    fail(route, fault) {
      assertRoute(route);
      assertFault(fault);
      backend.faults.add(route, fault);
    },
    rateLimit(route, limit) {
      assertRoute(route);
      assertRateLimit(limit);
      backend.faults.add(route, limit);
    },
    expireTokens: () => backend.expireTokens(),
    advance(ms) {
      assertDuration(ms);
      backend.advance(ms);
    },
    push: async (username, content) => backend.push(username, content),
    closeSockets(close = {}) {
      assertClose(close);
      backend.sockets.closeAll(close.code ?? 1012, close.reason ?? '');
    },
    dropSockets: () => backend.sockets.dropAll(),
    reset() {
      backend.dispose();
      backend = new MockBackend(setup, start);
    },
  };
  return { controls, currentBackend: () => backend };
}
