import { basePath, type RouteName, routes } from '@chat/contract';
import * as z from 'zod/mini';
import {
  assertOptions,
  number,
  type OptionSchemas,
  option,
  optionsObject,
} from '../../options/assert-options.js';
import { limits, users } from '../../options/schemas.js';
import { recordingSchema } from '../recording/recording.js';
import {
  boolean,
  custom,
  duration,
  type Field,
  type Fields,
  flag,
  integer,
  isIntegerWithin,
  list,
  objectSchema,
  required,
  text,
} from './fields.js';
import type {
  ChatMockOptions,
  MockClose,
  MockFault,
  MockOptions,
  MockRateLimit,
  MockReply,
  MockReplyRule,
  MockUser,
} from './options.js';
import { isTemplate } from './reply-rules.js';

const range = { range: true };

/** A field for each option. An option without a field does not compile. */
type OptionFields<Options> = { readonly [Name in keyof Required<Options>]: Field };

const baseUrlSchema = option<string>(
  `an http or https URL such as "https://chat.example.com", without credentials, query, fragment and "${basePath}", which is added`,
  (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return false;
    const { protocol, search, hash, username, password, pathname } = new URL(value);
    return (
      /^https?:$/.test(protocol) &&
      search + hash + username + password === '' &&
      !pathname.replace(/\/+$/, '').endsWith(basePath)
    );
  },
  { secret: true },
);

const uniqueUsers = option<MockUser[]>(
  'each username only once',
  (list) => new Set(list.map(({ username }) => username)).size === list.length,
  { secret: true },
);

const mockSchemas = {
  users: z.pipe(users, uniqueUsers),
  limits,
  now: option('a time in milliseconds since the epoch', Number.isFinite),
  replay: recordingSchema,
} satisfies OptionSchemas<MockOptions>;

const mockOptionsSchema = optionsObject(mockSchemas, ['users']);

const optionsSchema = optionsObject(
  { baseUrl: baseUrlSchema, ...mockSchemas } satisfies OptionSchemas<ChatMockOptions>,
  ['baseUrl', 'users'],
);

const times = integer(
  'How many requests it applies to; all until the reset when it is missing.',
  1,
);

export const faultFields = {
  status: integer('The status of the response.', 400, 599),
  detail: text('The `detail` of the response.'),
  network: flag('The connection breaks without a response.'),
  delayMs: duration('A delay before the response, in milliseconds of real time.'),
  times,
  afterProcessing: boolean('Whether the request is processed first, as when its response is lost.'),
} satisfies Fields;

const faultKind = option<{ [name: string]: unknown }>(
  '"status", "network: true" or "delayMs"',
  (fault) => ['status', 'network', 'delayMs'].some((name) => fault[name] !== undefined),
  range,
);
const faultSchema = z.pipe(objectSchema(faultFields), faultKind);

export const rateLimitFields = {
  retryAfterSeconds: required(integer('The value of `Retry-After`.', 1)),
  times,
} satisfies OptionFields<MockRateLimit>;

const rateLimitSchema = objectSchema(rateLimitFields);

export const closeFields = {
  // RFC 6455, 7.4: a frame never carries 1004 to 1006 and 1015; codes up to 2999 are reserved.
  code: custom(
    'The code of the close frame; 1012 when it is missing.',
    'a code that a close frame can carry: 1000 to 1003, 1007 to 1014 or 3000 to 4999; dropSockets() causes 1006',
    (code) =>
      isIntegerWithin(code, 1000, 1003) ||
      isIntegerWithin(code, 1007, 1014) ||
      isIntegerWithin(code, 3000, 4999),
    { type: 'integer', minimum: 1000, maximum: 4999 },
  ),
  // RFC 6455, 5.5.1
  reason: custom<string>(
    'The reason of the close frame, at most 123 bytes.',
    'a string of at most 123 bytes',
    (reason) => typeof reason === 'string' && new TextEncoder().encode(reason).length <= 123,
    { type: 'string', maxLength: 123 },
  ),
} satisfies OptionFields<MockClose>;

const closeSchema = objectSchema(closeFields);

const replyKinds = ['content', 'template', 'chunks', 'error'] as const;

export const ruleFields = {
  contains: text('Only for messages that contain this text, in any case.'),
  pattern: custom<string>(
    'Only for messages that match this regular expression of JavaScript, in any case.',
    'a regular expression',
    isPattern,
    { type: 'string', format: 'regex' },
  ),
  username: text('Only for messages of this user.'),
  content: text('The text of the reply.'),
  template: custom<string>(
    'The text with placeholders: `{{message}}`, `{{username}}`, `{{count}}`, `{{1}}` for a group of `pattern`.',
    'a text with the placeholders {{message}}, {{username}}, {{count}} or {{1}} to {{9}}',
    (value) => typeof value === 'string' && isTemplate(value),
    { type: 'string' },
  ),
  chunks: list('The chunks of a streamed reply.', text('A part of the text.')),
  error: text('The assistant fails with this message, which only the log contains.'),
  delayMs: duration('A delay before the reply, in milliseconds of real time.'),
  chunkDelayMs: duration(
    'The delay between two chunks, in milliseconds of real time. A text is then streamed word by word.',
  ),
  times: integer('How many messages it applies to; all until the reset when it is missing.', 1),
} satisfies OptionFields<MockReplyRule>;

const ruleSchema = z.pipe(
  objectSchema(ruleFields),
  option<{ [name: string]: unknown }>(
    `exactly one of ${replyKinds.join(', ')}`,
    (rule) => replyKinds.filter((kind) => rule[kind] !== undefined).length === 1,
  ),
);

/**
 * Returns the base URL as it appears in requests, without default port and trailing slash, and the other options.
 * @throws {TypeError} that names the invalid option
 */
export function validateMockOptions(options: ChatMockOptions): {
  readonly baseUrl: string;
  readonly setup: MockOptions;
} {
  assertOptions(optionsSchema, options);
  const { baseUrl, ...setup } = options;
  const { origin, pathname } = new URL(baseUrl);
  return { baseUrl: origin + pathname.replace(/\/+$/, ''), setup };
}

/** @throws {TypeError} that names the invalid option */
export function assertMockOptions(options: MockOptions): void {
  assertOptions(mockOptionsSchema, options);
}

/** @throws {TypeError} when the route does not exist */
export function assertRoute(route: RouteName): void {
  if (Object.hasOwn(routes, route)) return;
  const names = Object.keys(routes).join(', ');
  throw new TypeError(`Route "${route}" is unknown: expected one of ${names}.`);
}

/**
 * @throws {TypeError} when it is neither a function nor rules
 * @throws {RangeError} when a value of a rule is out of range
 */
export function assertReply(reply: MockReply | MockReplyRule | readonly MockReplyRule[]): void {
  if (typeof reply === 'function') return;
  if (typeof reply !== 'object' || reply === null) {
    const expected = 'a function such as () => "Hello", or a rule such as { content: "Hello" }';
    assertOptions(z.object({ reply: option(expected, () => false) }), { reply }, 'Parameter');
  }
  for (const rule of [reply].flat()) assertOptions(ruleSchema, rule, 'Reply option');
}

/**
 * @throws {TypeError} when an option is unknown
 * @throws {RangeError} when a value is out of range, or nothing fails
 */
export function assertFault(fault: MockFault): void {
  assertOptions(faultSchema, fault, 'Fault option');
}

/**
 * @throws {TypeError} when an option is unknown
 * @throws {RangeError} when a value is out of range
 */
export function assertRateLimit(limit: MockRateLimit): void {
  assertOptions(rateLimitSchema, limit, 'Rate limit option');
}

/**
 * @throws {TypeError} when an option is unknown
 * @throws {RangeError} when a close frame cannot carry the code or the reason
 */
export function assertClose(close: MockClose): void {
  assertOptions(closeSchema, close, 'Close option');
}

/** @throws {RangeError} when it is negative or not finite */
export function assertDuration(ms: number): void {
  assertOptions(z.object({ ms: number(0, Number.MAX_VALUE, range) }), { ms }, 'Parameter');
}

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new RegExp(value, 'iu') !== undefined;
  } catch {
    return false;
  }
}
