import { type RouteName, routes } from '@chat/contract';
import type { StoredMessage } from '../../domain/messages/stored-message.js';
import {
  anyJson,
  choice,
  duration,
  type Fields,
  integer,
  list,
  object,
  required,
  text,
} from '../backend/fields.js';
import type {
  MockClose,
  MockFault,
  MockOptions,
  MockRateLimit,
  MockReplyRule,
  MockUser,
} from '../backend/options.js';
import {
  closeFields,
  faultFields,
  rateLimitFields,
  ruleFields,
} from '../backend/validate-options.js';

/** The path of the control calls, below the URL of the mock or of a namespace. */
export const controlPath = '/__mock';
/** Where a mock shows the recording that it replays, also without control calls. */
export const recordingPath = `${controlPath}/recording`;
/** A namespace has the paths of the mock below this one. */
export const namespacesPath = '/ns';
/** Selects a namespace for a request without its path. */
export const namespaceHeader = 'X-Mock-Namespace';

/** A recorded request as JSON. */
export interface RequestJson {
  readonly route?: RouteName;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
  readonly username?: string;
  readonly status?: number | 'network error';
}

export interface NamespaceJson {
  readonly name: string;
  /** The base URL for clients. */
  readonly url: string;
}

type NoFields = Record<never, never>;

/** What each call receives: a body, or parameters of the path and the query. */
export interface ControlInputs {
  reply: MockReplyRule | { readonly rules: readonly MockReplyRule[] };
  fail: MockFault & { readonly route: RouteName };
  rateLimit: MockRateLimit & { readonly route: RouteName };
  expireTokens: NoFields;
  advance: { readonly ms: number };
  push: { readonly username: string; readonly content: string };
  closeSockets: MockClose;
  dropSockets: NoFields;
  closeSocket: MockClose & { readonly id: number };
  requests: NoFields;
  messages: { readonly username: string };
  sockets: { readonly username: string };
  reset: NoFields;
  createNamespace: Partial<Omit<MockOptions, 'replay'>> & { readonly name?: string };
  removeNamespace: { readonly name: string };
  namespaces: NoFields;
}

/** What the calls with a result return. */
export interface ControlResults {
  requests: { readonly requests: readonly RequestJson[] };
  messages: { readonly messages: readonly StoredMessage[] };
  sockets: { readonly sockets: readonly { readonly id: number; readonly username: string }[] };
  createNamespace: NamespaceJson;
  namespaces: { readonly namespaces: readonly NamespaceJson[] };
}

export type ControlCallName = keyof ControlInputs;

export interface ControlCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below {@link controlPath}; `{name}` is a parameter. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Fields of the body; parameters of the path or the query for GET and DELETE. */
  readonly input: Fields;
  readonly result?: Fields;
  readonly example?: object;
}

const route = required(choice('The route.', Object.keys(routes)));
const username = required(text('The name of a user of the mock.'));
const user = object('A user.', {
  username: required(text('The name to log in with.')),
  password: required(text('The password.', { format: 'password' })),
} satisfies { [Name in keyof MockUser]: unknown });
const namespace = {
  name: required(text('The name of the namespace.')),
  url: required(text('The base URL of the namespace, for clients and for control calls.')),
};

/** All control calls: the handlers, the client and the OpenAPI document use this table. */
export const controlCalls: { readonly [Name in ControlCallName]: ControlCall } = {
  reply: {
    method: 'POST',
    path: '/reply',
    summary: 'Set how the assistant replies',
    description:
      'Either the fields of one rule, or `rules`. A rule has exactly one of `content`, `template`, `chunks` and `error`. The first rule that applies to a message is used; other messages are echoed. Replaces earlier rules.',
    input: {
      ...ruleFields,
      rules: list('Several rules.', object('A rule.', ruleFields)),
    },
    example: { template: 'You said {{message}}' },
  },
  fail: {
    method: 'POST',
    path: '/fail',
    summary: 'Let HTTP requests of a route fail',
    description:
      'Needs `status`, `network` or `delayMs`. Faults of a route apply in the order in which they were added.',
    input: { route, ...faultFields },
    example: { route: 'sendMessage', status: 500, times: 1 },
  },
  rateLimit: {
    method: 'POST',
    path: '/rate-limit',
    summary: 'Reject HTTP requests of a route with 429',
    input: { route, ...rateLimitFields },
    example: { route: 'sendMessage', retryAfterSeconds: 2, times: 1 },
  },
  expireTokens: {
    method: 'POST',
    path: '/expire-tokens',
    summary: 'Revoke all tokens',
    description: 'Requests get a 401, sockets close with 4401.',
    input: {},
  },
  advance: {
    method: 'POST',
    path: '/advance',
    summary: 'Advance the clock',
    description:
      'Rate limits, token expiry, idle sessions and heartbeats follow. An error 409 when the mock runs in real time.',
    input: { ms: required(duration('The time in milliseconds.', Number.MAX_SAFE_INTEGER)) },
    example: { ms: 60_000 },
  },
  push: {
    method: 'POST',
    path: '/push',
    summary: 'Send a message of the assistant without a question',
    input: { username, content: required(text('The text of the message.')) },
    example: { username: 'ada', content: 'Are you there?' },
  },
  closeSockets: {
    method: 'POST',
    path: '/close-sockets',
    summary: 'Close all sockets with a close frame',
    input: closeFields,
    example: { code: 1012 },
  },
  dropSockets: {
    method: 'POST',
    path: '/drop-sockets',
    summary: 'Drop all sockets without a close frame',
    input: {},
  },
  closeSocket: {
    method: 'POST',
    path: '/close-socket',
    summary: 'Close one socket',
    input: { id: required(integer('The `id` of the socket.', 1)), ...closeFields },
    example: { id: 1, code: 4429 },
  },
  requests: {
    method: 'GET',
    path: '/requests',
    summary: 'List the received requests',
    input: {},
    result: {
      requests: required(
        list(
          'All requests so far, oldest first.',
          object('A request.', {
            route: choice('The route; missing for an unknown path.', Object.keys(routes)),
            method: required(text('The method.')),
            url: required(text('The whole URL.')),
            headers: required(
              anyJson('The headers by their lower-case names, including the token.', {
                type: 'object',
                additionalProperties: { type: 'string' },
              }),
            ),
            body: anyJson('The parsed body; its text when it is not JSON.', {}),
            username: text('The user of the token.'),
            status: anyJson(
              'The status of the response, or `network error`; missing while in progress.',
              {
                type: ['integer', 'string'],
              },
            ),
          }),
        ),
      ),
    },
  },
  messages: {
    method: 'GET',
    path: '/messages',
    summary: "List a user's messages of all sessions",
    input: { username },
    result: {
      messages: required(
        list(
          'Oldest first.',
          anyJson('A message, with all fields of the server.', { type: 'object' }),
        ),
      ),
    },
  },
  sockets: {
    method: 'GET',
    path: '/sockets',
    summary: "List a user's open sockets",
    input: { username },
    result: {
      sockets: required(
        list(
          'Oldest first.',
          object('A socket.', {
            id: required(integer('Identifies the socket.', 1)),
            username: required(text('The user of the socket.')),
          }),
        ),
      ),
    },
  },
  reset: {
    method: 'POST',
    path: '/reset',
    summary: 'Reset the mock, or the namespace',
    description:
      'No messages, tokens, faults, rules or recorded requests, and the clock at its start. Sockets close with 1000.',
    input: {},
  },
  createNamespace: {
    method: 'POST',
    path: '/namespaces',
    summary: 'Create a namespace',
    description:
      'A namespace is an isolated backend, for one of several parallel tests. Users, limits and time default to those of the process.',
    input: {
      name: text('1 to 64 letters, digits, `-` and `_`; generated when it is missing.', {
        pattern: '^[A-Za-z0-9_-]{1,64}$',
      }),
      users: list('The users.', user),
      limits: anyJson('Limits that differ from those of the process, by their names.', {
        type: 'object',
        additionalProperties: { type: 'number' },
      }),
      now: anyJson("The start time of the namespace's clock, in milliseconds since the epoch.", {
        type: 'number',
      }),
    },
    result: namespace,
    example: { name: 'test-1' },
  },
  removeNamespace: {
    method: 'DELETE',
    path: '/namespaces/{name}',
    summary: 'Remove a namespace',
    description: 'Its sockets close with 1000.',
    input: { name: required(text('The name of the namespace.')) },
  },
  namespaces: {
    method: 'GET',
    path: '/namespaces',
    summary: 'List the namespaces',
    input: {},
    result: {
      namespaces: required(
        list('In the order of their creation.', object('A namespace.', namespace)),
      ),
    },
  },
};
