import type { ChatLimits } from '../../domain/api.js';
import type { AssistantMessage } from '../../domain/ports/index.js';
import type { MockRecording } from '../recording/recording.js';

/**
 * A user of the mock.
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
  /** The password for the login. */
  readonly password: string;
}

/**
 * Options that a mock under MSW and a mock process have in common.
 *
 * @example
 * ```ts
 * import { createChatMock, type MockOptions } from '@chat/server/msw';
 *
 * // The same users for the tests under MSW and for those of the mock process.
 * const options: MockOptions = { users: [{ username: 'ada', password: 's3cret' }] };
 * const mock = createChatMock({ baseUrl: 'https://chat.example.com', ...options });
 * ```
 */
export interface MockOptions {
  /** The users of the mock. */
  readonly users: readonly MockUser[];
  /**
   * Limits that differ from the defaults of the protocol.
   * @default those of the protocol: 5 logins and 60 messages a minute, 3 sockets, tokens of one hour
   */
  readonly limits?: Partial<ChatLimits>;
  /**
   * The start time of the mock's clock, in milliseconds since the epoch.
   * @default the time when the mock is created
   */
  readonly now?: number;
  /**
   * A conversation that `chat-server record` has recorded. The same messages get the same replies, deltas, delays and
   * errors. Its users can log in with any password unless they are in `users`.
   * @default none: replies come from `reply()`
   */
  readonly replay?: MockRecording;
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
export interface ChatMockOptions extends MockOptions {
  /** The base URL of the client under test, with an optional path prefix. */
  readonly baseUrl: string;
}

/**
 * The context of a reply.
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
  /** The author of the message. */
  readonly username: string;
  /** The messages of the session, oldest first; the last one is the message to reply to. */
  readonly messages: readonly AssistantMessage[];
  /** Aborted when the reply is stopped or times out, or the mock is reset. */
  readonly signal: AbortSignal;
}

/**
 * Creates the assistant's reply: a text, or its chunks for streaming.
 *
 * @example
 * ```ts
 * import type { MockReply } from '@chat/server/msw';
 *
 * // In two chunks, for a page that shows a streamed reply.
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

/**
 * A reply as data: a fixed text, a template, or chunks, for all messages or for some. Exactly one of `content`, `template`,
 * `chunks` and `error` is set. Delays use `setTimeout`, not the mock's clock.
 *
 * @example
 * ```ts
 * import type { MockReplyRule } from '@chat/server/msw';
 *
 * const rules: MockReplyRule[] = [
 *   { contains: 'weather', content: 'It is sunny.' },
 *   { pattern: 'order (\\d+)', template: 'Order {{1}} is on its way, {{username}}.' },
 *   { chunks: ['Let me ', 'think.'], delayMs: 200, chunkDelayMs: 50 },
 * ];
 * mock.reply(rules);
 * ```
 */
export interface MockReplyRule {
  /**
   * Only for messages that contain this text, in any case.
   * @default all messages
   */
  readonly contains?: string;
  /**
   * Only for messages that match this regular expression, in any case.
   * @default all messages
   */
  readonly pattern?: string;
  /**
   * Only for messages of this user.
   * @default all users
   */
  readonly username?: string;
  /** The text of the reply. */
  readonly content?: string;
  /**
   * The text of the reply with placeholders: `{{message}}`, `{{username}}`, `{{count}}` (of the user's messages in the
   * session), and `{{1}}` to `{{9}}` for the groups of `pattern`.
   */
  readonly template?: string;
  /** The chunks of a streamed reply. */
  readonly chunks?: readonly string[];
  /** The assistant fails with this message, which only the log contains. */
  readonly error?: string;
  /**
   * The delay before the reply, in milliseconds.
   * @default 0
   */
  readonly delayMs?: number;
  /**
   * The delay between two chunks, in milliseconds. `content` and `template` are then streamed word by word.
   * @default 0
   */
  readonly chunkDelayMs?: number;
  /**
   * How many messages the rule applies to.
   * @default all messages until `reset()`
   */
  readonly times?: number;
}

interface MockFaultBase {
  /**
   * How many requests it applies to. Faults and rate limits of a route apply in the order in which they were added, so
   * that nothing after one without `times` applies.
   * @default all requests until `reset()`
   */
  readonly times?: number;
  /**
   * A delay before the response, in milliseconds of `setTimeout` (not of the mock's clock).
   * @default 0
   */
  readonly delayMs?: number;
  /**
   * Whether the request is processed first, as when its response is lost.
   * @default false
   */
  readonly afterProcessing?: boolean;
}

/**
 * How requests of a route fail.
 *
 * @example
 * ```ts
 * import type { MockFault } from '@chat/server/msw';
 *
 * const lostResponse: MockFault = { network: true, afterProcessing: true, times: 1 };
 * mock.fail('sendMessage', lostResponse);
 * await client.chat.send('Hello'); // sent again, and stored once
 * expect(mock.messages('ada')).toHaveLength(2);
 * ```
 */
export type MockFault = MockFaultBase &
  (
    | {
        /**
         * The HTTP status of the response, from 400 to 599. 401, 429 and 503 have the headers that the server sends with
         * them (`Retry-After: 1`).
         */
        readonly status: number;
        /** @default a sentence that names the mock and the status */
        readonly detail?: string;
      }
    | {
        /** A network error: `fetch` rejects. */
        readonly network: true;
      }
    | {
        /** Only a delay, in milliseconds. */
        readonly delayMs: number;
      }
  );

/**
 * A rejection with 429.
 *
 * @example
 * ```ts
 * import type { MockRateLimit } from '@chat/server/msw';
 *
 * const once: MockRateLimit = { retryAfterSeconds: 2, times: 1 };
 * mock.rateLimit('sendMessage', once);
 * ```
 */
export interface MockRateLimit {
  /** The value of `Retry-After`, in whole seconds. */
  readonly retryAfterSeconds: number;
  /**
   * How many requests are rejected.
   * @default all requests until `reset()`
   */
  readonly times?: number;
}

/**
 * The content of a close frame.
 *
 * @example
 * ```ts
 * import type { MockClose } from '@chat/server/msw';
 *
 * const tooBusy: MockClose = { code: 1013, reason: 'Try again later.' };
 * mock.closeSockets(tooBusy);
 * ```
 */
export interface MockClose {
  /**
   * The close code.
   * @default 1012, the server restarts
   */
  readonly code?: number;
  /**
   * The reason, at most 123 bytes.
   * @default none
   */
  readonly reason?: string;
}
