import type { ChatLimits } from '../chat/api.js';
import type { AssistantMessage } from '../chat/ports.js';

/**
 * A user who may log in.
 *
 * @example
 * ```ts
 * import { createChatMock, type MockUser } from '@chat/server/msw';
 *
 * const ada: MockUser = { username: 'ada', password: 's3cret' };
 * const bob: MockUser = { username: 'bob', password: 'hunter2' };
 * const mock = createChatMock({ baseUrl: 'https://chat.example.com', users: [ada, bob] });
 * ```
 */
export interface MockUser {
  /** The name to log in with. */
  readonly username: string;
  /** Needed by a login; no more than that. */
  readonly password: string;
}

/**
 * Options of `createChatMock`.
 *
 * @example
 * ```ts
 * import { type ChatMockOptions, createChatMock } from '@chat/server/msw';
 *
 * const options: ChatMockOptions = {
 *   baseUrl: 'https://chat.example.com',
 *   users: [{ username: 'ada', password: 's3cret' }],
 *   limits: { messagesPerWindow: 3 }, // so that a test hits it soon
 *   now: Date.parse('2026-03-01T12:00:00Z'), // so that times can be compared
 * };
 * const mock = createChatMock(options);
 * ```
 */
export interface ChatMockOptions {
  /** The URL that the client under test is given; a path prefix is kept. */
  readonly baseUrl: string;
  /** Who may log in. */
  readonly users: readonly MockUser[];
  /**
   * Figures that differ from the defaults of the protocol.
   * @default those of the protocol: 5 logins and 60 messages a minute, 3 sockets, tokens of one hour
   */
  readonly limits?: Partial<ChatLimits>;
  /**
   * The first moment of the mock's clock, in milliseconds since the epoch.
   * @default the time at which the mock is made
   */
  readonly now?: number;
}

/**
 * What a reply is made from.
 *
 * @example
 * ```ts
 * import type { MockReplyContext } from '@chat/server/msw';
 *
 * const count = (_message: string, { username, messages }: MockReplyContext) =>
 *   `${username} said ${messages.filter(({ role }) => role === 'user').length} things`;
 * mock.reply(count);
 * ```
 */
export interface MockReplyContext {
  /** Who wrote the message. */
  readonly username: string;
  /** The session so far, oldest first; the last one is the message to answer. */
  readonly messages: readonly AssistantMessage[];
  /** Aborted when it takes too long, or when the mock is reset. */
  readonly signal: AbortSignal;
}

/**
 * Makes the assistant's reply: a text, or its pieces as they are to be streamed.
 *
 * @example
 * ```ts
 * import type { MockReply } from '@chat/server/msw';
 *
 * // In two pieces, for a page that shows a reply as it is made.
 * const slowly: MockReply = async function* (message) {
 *   yield 'You said ';
 *   yield message;
 * };
 * mock.reply(slowly);
 * ```
 */
export type MockReply = (
  message: string,
  context: MockReplyContext,
) => string | Promise<string> | AsyncIterable<string>;

interface MockFaultBase {
  /**
   * How many calls it happens to. Faults and rate limits of a route happen in the order in which they
   * were planned, so that one without `times` leaves nothing to those after it.
   * @default every call until `reset()`
   */
  readonly times?: number;
  /**
   * How long the call takes before that, in milliseconds of `setTimeout` (not of the mock's clock).
   * @default 0
   */
  readonly delayMs?: number;
  /**
   * Whether the call is carried out first, as when an answer gets lost on its way.
   * @default false
   */
  readonly afterwards?: boolean;
}

/**
 * What goes wrong with calls of a route.
 *
 * @example
 * ```ts
 * import type { MockFault } from '@chat/server/msw';
 *
 * const answerLost: MockFault = { network: true, afterwards: true, times: 1 };
 * mock.fail('sendMessage', answerLost);
 * await client.chat.send('Hello'); // sent again, and stored once
 * expect(mock.messages('ada')).toHaveLength(2);
 * ```
 */
export type MockFault = MockFaultBase &
  (
    | {
        /**
         * The HTTP status to answer with, from 400 to 599. 401, 429 and 503 come with the headers that
         * the server sends with them (`Retry-After: 1`).
         */
        readonly status: number;
        /** @default a sentence that says that the mock was told to fail */
        readonly detail?: string;
      }
    | {
        /** The connection breaks: `fetch` rejects. */
        readonly network: true;
      }
    | {
        /** Nothing but slow, by so many milliseconds. */
        readonly delayMs: number;
      }
  );

/**
 * A refusal with 429.
 *
 * @example
 * ```ts
 * import type { MockRateLimit } from '@chat/server/msw';
 *
 * const once: MockRateLimit = { retryAfter: 2, times: 1 };
 * mock.rateLimit('sendMessage', once);
 * ```
 */
export interface MockRateLimit {
  /** Whole seconds that `Retry-After` says. */
  readonly retryAfter: number;
  /**
   * How many calls are refused.
   * @default every call until `reset()`
   */
  readonly times?: number;
}

/**
 * What a close frame says.
 *
 * @example
 * ```ts
 * import type { MockClosing } from '@chat/server/msw';
 *
 * const tooBusy: MockClosing = { code: 1013, reason: 'Try again later.' };
 * mock.closeSockets(tooBusy);
 * ```
 */
export interface MockClosing {
  /** @default 1012, the server restarts */
  readonly code?: number;
  /**
   * At most 123 bytes.
   * @default none
   */
  readonly reason?: string;
}
