import type { RouteName } from '@chat/contract';
import type { StoredMessage } from '../../domain/messages/stored-message.js';
import type {
  MockClose,
  MockFault,
  MockOptions,
  MockRateLimit,
  MockReplyRule,
} from '../backend/options.js';
import type { RecordedRequest } from '../backend/request-log.js';
import {
  type ControlCallName,
  type ControlInputs,
  type ControlResults,
  controlCalls,
  controlPath,
} from '../control/control-calls.js';

/**
 * An open socket of a mock process.
 *
 * @example
 * ```ts
 * import { type ConnectedSocket, connectMock } from '@chat/server/mock';
 *
 * const sockets: ConnectedSocket[] = await connectMock('http://127.0.0.1:4000').sockets('ada');
 * await sockets[0]?.close(4429, 'Too many sockets.');
 * ```
 */
export interface ConnectedSocket {
  /** The user of the socket. */
  readonly username: string;
  /**
   * Closes this socket with a close frame.
   * @param code 1000 by default
   * @param reason at most 123 bytes; empty by default
   * @throws MockControlError when a close frame cannot carry the code or reason, or the socket is not open.
   */
  close(code?: number, reason?: string): Promise<void>;
}

/**
 * The controls of a mock process: those of `createChatMock()`, as promises. Each method rejects with a
 * {@link MockControlError} when the mock rejects the call.
 *
 * @example
 * ```ts
 * import { type ConnectedMock, connectMock } from '@chat/server/mock';
 *
 * async function isBusy(mock: ConnectedMock): Promise<void> {
 *   await mock.rateLimit('sendMessage', { retryAfterSeconds: 2, times: 1 });
 * }
 * await isBusy(connectMock('http://127.0.0.1:4000'));
 * ```
 */
export interface ConnectedMock {
  /** The base URL for clients. */
  readonly url: string;
  /** All requests so far, oldest first: `await mock.requests`. */
  readonly requests: Promise<RecordedRequest[]>;
  /** The user's messages in all sessions, oldest first. */
  messages(username: string): Promise<StoredMessage[]>;
  /** The user's open sockets, oldest first. */
  sockets(username: string): Promise<ConnectedSocket[]>;
  /**
   * Sets how the assistant replies. The first rule that applies to a message is used; other messages are echoed. A function
   * cannot be sent to another process.
   */
  reply(reply: MockReplyRule | readonly MockReplyRule[]): Promise<void>;
  /** Makes HTTP requests of a route fail. Faults of a route apply in the order of the calls of this method. */
  fail(route: RouteName, fault: MockFault): Promise<void>;
  /** Rejects HTTP requests of a route with 429, whatever the user's own rate limit. */
  rateLimit(route: RouteName, limit: MockRateLimit): Promise<void>;
  /** Revokes all tokens: requests get a 401, sockets close with 4401. */
  expireTokens(): Promise<void>;
  /** Advances the mock's clock by `ms` milliseconds. Everything that becomes due has happened when it resolves. */
  advance(ms: number): Promise<void>;
  /** Sends a message of the assistant without a user message before it. */
  push(username: string, content: string): Promise<void>;
  /** Closes all sockets with a close frame, by default 1012 (the server restarts). */
  closeSockets(closing?: MockClose): Promise<void>;
  /** Drops all sockets without a close frame: clients see 1006. */
  dropSockets(): Promise<void>;
  /** Resets the mock: no messages, tokens, faults, rules or recorded requests, and the clock at its start. */
  reset(): Promise<void>;
  /** Creates an isolated backend in the same process, for one of several parallel tests. */
  createNamespace(options?: MockNamespaceOptions): Promise<MockNamespace>;
}

/**
 * Options of a namespace. What is missing is as in the process.
 *
 * @example
 * ```ts
 * import { connectMock, type MockNamespaceOptions } from '@chat/server/mock';
 *
 * const options: MockNamespaceOptions = { name: 'checkout', limits: { messagesPerWindow: 3 } };
 * const mock = await connectMock('http://127.0.0.1:4000').createNamespace(options);
 * ```
 */
export interface MockNamespaceOptions extends Partial<Omit<MockOptions, 'replay'>> {
  /**
   * 1 to 64 letters, digits, `-` and `_`.
   * @default a new name
   */
  readonly name?: string;
}

/**
 * The controls of a namespace.
 *
 * @example
 * ```ts
 * import { connectMock, type MockNamespace } from '@chat/server/mock';
 *
 * const mock: MockNamespace = await connectMock('http://127.0.0.1:4000').createNamespace();
 * console.log(mock.url); // http://127.0.0.1:4000/ns/ns-1
 * await mock.remove();
 * ```
 */
export interface MockNamespace extends ConnectedMock {
  /** The name in its URL. */
  readonly name: string;
  /** Removes the namespace. Its sockets close with 1000. */
  remove(): Promise<void>;
}

/**
 * The mock rejected a control call, or does not respond.
 *
 * @example
 * ```ts
 * import { connectMock, MockControlError } from '@chat/server/mock';
 *
 * const mock = connectMock('http://127.0.0.1:4000');
 * const problem = await mock.messages('eve').catch((error: MockControlError) => error.message);
 * console.log(problem); // This mock has no user "eve".
 * ```
 */
export class MockControlError extends Error {
  /** The status of the response; `undefined` without one. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MockControlError';
    this.status = status;
  }
}

/**
 * The controls of a mock that runs as a process, with `chat-server mock --control` or `startMock()`.
 *
 * @param url the URL of the mock or of a namespace
 * @throws TypeError when the URL is invalid.
 * @example
 * ```ts
 * import { connectMock } from '@chat/server/mock';
 *
 * const mock = connectMock('http://127.0.0.1:4000');
 * await mock.reset();
 * await mock.reply({ template: 'You said {{message}}' });
 * ```
 */
export function connectMock(url: string): ConnectedMock {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new TypeError(
      `Parameter "url" is invalid: expected the URL of a mock, such as "http://127.0.0.1:4000", received ${JSON.stringify(url)}.`,
    );
  }
  const baseUrl = url.replace(/\/+$/, '');
  const call = <Name extends ControlCallName>(name: Name, input: ControlInputs[Name]) =>
    sendControlCall(baseUrl, name, input);
  const mock: ConnectedMock = {
    url: baseUrl,
    get requests() {
      return call('requests', {}).then(({ requests }) =>
        requests.map((request) => ({
          ...request,
          body: request.body,
          headers: new Headers(request.headers),
        })),
      );
    },
    messages: async (username) => [...(await call('messages', { username })).messages],
    sockets: async (username) => {
      const { sockets } = await call('sockets', { username });
      return sockets.map(({ id }) => ({
        username,
        async close(code = 1000, reason = '') {
          await call('closeSocket', { id, code, reason });
        },
      }));
    },
    async reply(reply) {
      if (typeof reply === 'function') {
        throw new TypeError(
          'Parameter "reply" is invalid: a function cannot be sent to another process, use rules such as { content: "Hello" }.',
        );
      }
      await call('reply', { rules: [reply].flat() });
    },
    fail: async (route, fault) => void (await call('fail', { ...fault, route })),
    rateLimit: async (route, limit) => void (await call('rateLimit', { ...limit, route })),
    expireTokens: async () => void (await call('expireTokens', {})),
    advance: async (ms) => void (await call('advance', { ms })),
    push: async (username, content) => void (await call('push', { username, content })),
    closeSockets: async (closing = {}) => void (await call('closeSockets', closing)),
    dropSockets: async () => void (await call('dropSockets', {})),
    reset: async () => void (await call('reset', {})),
    async createNamespace(options = {}) {
      const { name, url: namespaceUrl } = await call('createNamespace', options);
      // Not copied: `requests` is a getter.
      return Object.assign(connectMock(namespaceUrl), {
        name,
        remove: async () => void (await call('removeNamespace', { name })),
      });
    },
  };
  return mock;
}

async function sendControlCall<Name extends ControlCallName>(
  baseUrl: string,
  name: Name,
  input: ControlInputs[Name],
): Promise<Name extends keyof ControlResults ? ControlResults[Name] : unknown> {
  const { method, path } = controlCalls[name];
  const query = new URLSearchParams();
  let target = baseUrl + controlPath + path;
  if (method !== 'POST') {
    for (const [parameter, value] of Object.entries(input as { [name: string]: string })) {
      if (target.includes(`{${parameter}}`)) {
        target = target.replace(`{${parameter}}`, encodeURIComponent(value));
      } else query.set(parameter, value);
    }
    if (query.size > 0) target += `?${query}`;
  }
  const body = method === 'POST' ? { body: JSON.stringify(input) } : {};
  const response = await fetch(target, {
    method,
    ...body,
    headers: { 'content-type': 'application/json' },
  }).catch((cause: unknown) => {
    throw new MockControlError(`${baseUrl} does not respond: is the mock running?`, undefined, {
      cause,
    });
  });
  const result = await response.json().catch(() => ({}));
  if (response.ok) return result;
  const { detail = `${baseUrl} responded with ${response.status}: is it a mock?` } = result;
  throw new MockControlError(detail, response.status);
}
