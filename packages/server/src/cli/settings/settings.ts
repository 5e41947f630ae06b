import * as z from 'zod/mini';
import { maxTokenLifetimeMs } from '../../domain/auth/token-claims.js';
import { defaultLimits } from '../../domain/limits.js';
import { maxTimerMs } from '../../domain/runtime/system-clock.js';
import { option } from '../../options/assert-options.js';
import { maxDrainMs, origin, secret } from '../../options/schemas.js';
import {
  defaultTimeoutMs,
  maxTimeoutMs,
  minTimeoutMs,
} from '../../shared-state/redis/connection/redis-timeout.js';
import { isRedisUrl, redisUrlExamples } from '../../shared-state/redis/connection/redis-url.js';
import { isPostgresUrl } from '../../stores/postgres/postgres-url.js';
import {
  apiUrl,
  boolean,
  credentials,
  file,
  fileOrMemory,
  headerValue,
  httpHeaders,
  integer,
  keyPrefix,
  nonEmpty,
  parameters,
  proxies,
  zone,
} from './schemas.js';

type Schema<Value> = z.ZodMiniType<Value>;

export interface Setting<Value = unknown> {
  /** Such as `port <n>`. Secrets have a variable only: other users of the machine can read arguments. */
  readonly flag?: string;
  readonly variable: string;
  readonly description: string;
  /** Parses the text of the flag or variable. */
  readonly schema: Schema<Value>;
  /** The flag can be repeated; commas separate the values of the variable. */
  readonly repeatable?: true;
  /** Error messages never contain the value. */
  readonly secret?: true;
  readonly default?: Value;
}

/** The variable of `--cors-origin` is `CHAT_CORS_ORIGIN`. */
function variableOf(flag: string, prefix = 'CHAT_'): string {
  return prefix + flag.replace(/ .*/, '').replaceAll('-', '_').toUpperCase();
}

function setting<Value>(
  flag: string,
  description: string,
  schema: Schema<Value>,
  standard: Value,
  prefix?: string,
) {
  return { flag, variable: variableOf(flag, prefix), description, schema, default: standard };
}

/** Without a default: `undefined` when it is not set. */
function optional<Value>(
  flag: string,
  description: string,
  schema: Schema<Value>,
  prefix?: string,
) {
  return { flag, variable: variableOf(flag, prefix), description, schema };
}

function list<Value>(flag: string, description: string, schema: Schema<Value>, prefix?: string) {
  return { ...optional(flag, description, schema, prefix), repeatable: true as const };
}

function secretVariable<Value>(variable: string, description: string, schema: Schema<Value>) {
  return { variable, description, schema, secret: true as const };
}

const dataFlag = 'data <file>';
const database = secretVariable(
  'CHAT_DATABASE_URL',
  'PostgreSQL database, for several instances (needs the package pg); without it, the SQLite file',
  option<string>(
    'an address such as postgres://user:password@host:5432/name, with special characters of the password percent-encoded',
    isPostgresUrl,
  ),
);
const positive = integer(1);
/** PostgreSQL, Redis and timers have a maximum of their own. */
const dayMs = 86_400_000;

/** For commands that read or change the data and exit: an in-memory database would be lost. */
export const dataSettings = {
  data: setting(dataFlag, 'SQLite file', file, './chat.db'),
  databaseUrl: database,
};

/** The settings of `start`. */
export const settings = {
  port: setting('port <n>', 'port to listen on; 0 selects a free port', integer(0, 65_535), 3000),
  host: setting('host <address>', 'address to listen on; 0.0.0.0 means all', nonEmpty, '127.0.0.1'),
  data: setting(dataFlag, 'SQLite file, or :memory:', fileOrMemory, './chat.db'),
  databaseUrl: database,
  databaseConnections: setting(
    'database-connections <n>',
    'PostgreSQL connections of this process',
    integer(1, 1_000),
    10,
  ),
  databaseTimeoutMs: setting(
    'database-timeout-ms <ms>',
    'timeout of a PostgreSQL query; the response is then 503',
    integer(1, dayMs),
    10_000,
  ),
  redisUrl: secretVariable(
    'CHAT_REDIS_URL',
    'Redis, through which several instances share rate limits and notify each other (needs the package ioredis)',
    option<string>(
      `an address such as ${redisUrlExamples}, with special characters percent-encoded`,
      isRedisUrl,
    ),
  ),
  redisPrefix: setting(
    'redis-prefix <text>',
    'prefix of all keys and channels, for several deployments on one Redis',
    keyPrefix,
    'chat:',
  ),
  redisTimeoutMs: setting(
    'redis-timeout-ms <ms>',
    'timeout of a Redis command; then this instance continues without Redis until it responds again',
    integer(minTimeoutMs, maxTimeoutMs),
    defaultTimeoutMs,
  ),
  users: {
    ...list('user <name:password>', 'user to add if the name does not exist yet', credentials),
    secret: true as const,
  },
  demo: setting('demo', 'add the user "demo" with the password "demo"', boolean, false),
  staticDir: optional(
    'static <dir>',
    'directory of static files to serve in addition to the API (needs the package @fastify/static)',
    nonEmpty,
  ),
  jwtSecret: secretVariable(
    'CHAT_JWT_SECRET',
    'key that signs tokens, at least 32 bytes; random when not set',
    secret,
  ),
  corsOrigins: list(
    'cors-origin <origin>',
    'origin of pages that may use the API, such as https://*.example.com; * means any',
    origin,
  ),
  trustProxy: optional(
    'trust-proxy <n|list>',
    'number of proxies in front of the server, or their addresses',
    proxies,
  ),
  timeZone: setting('time-zone <name>', 'time zone of the days in statistics', zone, 'UTC'),
  logLevel: setting(
    'log-level <level>',
    'debug, info, warn, error or silent; on stderr',
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'one of debug, info, warn, error, silent'),
    'info',
  ),
  logFormat: setting(
    'log-format <format>',
    'json, text or auto: text in a terminal, otherwise JSON lines',
    z.enum(['auto', 'json', 'text'], 'one of auto, json, text'),
    'auto',
  ),
  metrics: setting('metrics <on|off>', 'serve /metrics for Prometheus', boolean, true),
  loginsPerWindow: setting(
    'logins-per-minute <n>',
    'logins per address',
    positive,
    defaultLimits.loginsPerWindow,
  ),
  messagesPerWindow: setting(
    'messages-per-minute <n>',
    'messages per user',
    positive,
    defaultLimits.messagesPerWindow,
  ),
  windowMs: setting(
    'limit-window-ms <ms>',
    'length of the "minute" of both rate limits',
    integer(1, dayMs),
    defaultLimits.windowMs,
  ),
  socketsPerUser: setting(
    'sockets-per-user <n>',
    'open WebSockets per user',
    positive,
    defaultLimits.socketsPerUser,
  ),
  contentMaxLength: setting(
    'content-max-length <n>',
    'characters of a message',
    integer(1, 10_000_000),
    defaultLimits.contentMaxLength,
  ),
  tokenLifetimeMs: setting(
    'token-lifetime-ms <ms>',
    'lifetime of a token, rounded to seconds',
    integer(1, maxTokenLifetimeMs),
    defaultLimits.tokenLifetimeMs,
  ),
  sessionIdleMs: setting(
    'session-idle-ms <ms>',
    'inactivity after which a session ends',
    positive,
    defaultLimits.sessionIdleMs,
  ),
  sessionMaxMessages: setting(
    'session-max-messages <n>',
    'messages of a session; the next one starts a new session',
    positive,
    defaultLimits.sessionMaxMessages,
  ),
  sessionMaxBytes: setting(
    'session-max-bytes <n>',
    'bytes of content of a session; the next message starts a new session',
    positive,
    defaultLimits.sessionMaxBytes,
  ),
  readsPerUser: setting(
    'reads-per-user <n>',
    'pages and sessions sent to a user at the same time; others wait',
    positive,
    defaultLimits.readsPerUser,
  ),
  maxQueuedReads: setting(
    'max-queued-reads <n>',
    'requests of a user that wait while --reads-per-user is reached; the next one gets 429',
    integer(0),
    defaultLimits.maxQueuedReads,
  ),
  replyMaxLength: setting(
    'reply-max-length <n>',
    'characters of a reply of any assistant; a longer one is cut',
    positive,
    defaultLimits.replyMaxLength,
  ),
  streamsPerUser: setting(
    'streams-per-user <n>',
    'streamed responses of a user at the same time; the next one gets 429',
    positive,
    defaultLimits.streamsPerUser,
  ),
  maxQueuedLogins: setting(
    'max-queued-logins <n>',
    'logins that wait for the password check; the next one gets 503',
    integer(0),
    defaultLimits.maxQueuedLogins,
  ),
  maxFramesPerWindow: optional(
    'max-frames-per-minute <n>',
    'frames that a socket may send; with more it is closed. When not set: 600, and 10 for each allowed message',
    positive,
  ),
  maxFrameBytesPerWindow: optional(
    'max-frame-bytes-per-minute <n>',
    'bytes of these frames. When not set: calculated from the other limits',
    positive,
  ),
  maxPipelinedRequests: setting(
    'max-pipelined-requests <n>',
    'requests of a connection that wait for earlier responses; with more it is closed',
    integer(0),
    256,
  ),
  writeTimeoutMs: setting(
    'write-timeout-ms <ms>',
    'how long a client may take to read the next part of a response',
    integer(1, maxTimerMs),
    30_000,
  ),
  idempotencyLifetimeMs: setting(
    'idempotency-lifetime-ms <ms>',
    'how long a repeated key returns the first response',
    positive,
    defaultLimits.idempotencyLifetimeMs,
  ),
  heartbeatMs: setting(
    'heartbeat-ms <ms>',
    'inactivity after which a socket gets a heartbeat',
    positive,
    defaultLimits.heartbeatMs,
  ),
  pingMs: setting('ping-ms <ms>', 'time between pings', positive, defaultLimits.pingMs),
  assistantUrl: {
    ...optional(
      'assistant-url <url>',
      'OpenAI-compatible API of the assistant, including /v1; without it, an echo',
      apiUrl,
    ),
    secret: true as const,
  },
  assistantKey: secretVariable(
    'CHAT_ASSISTANT_KEY',
    'API key of the assistant, if required',
    headerValue,
  ),
  assistantModel: optional('assistant-model <name>', 'model to use', nonEmpty),
  assistantPrompt: optional('assistant-prompt <text>', 'system prompt of the model', nonEmpty),
  assistantTimeoutMs: setting(
    'assistant-timeout-ms <ms>',
    'timeout of a complete reply of the assistant',
    positive,
    defaultLimits.assistantTimeoutMs,
  ),
  assistantInactivityMs: optional(
    'assistant-inactivity-ms <ms>',
    'how long the assistant may send nothing; without it, only the timeout of the reply applies',
    positive,
  ),
  assistantContextTokens: setting(
    'assistant-context-tokens <n>',
    'how much of the session the model receives, in estimated tokens',
    positive,
    4_096,
  ),
  assistantContextMessages: setting(
    'assistant-context-messages <n>',
    'maximum number of messages that the model receives',
    positive,
    100,
  ),
  assistantMaxLength: setting(
    'assistant-max-length <n>',
    'maximum length of a reply, in characters; a longer one is cut',
    positive,
    32_000,
  ),
  assistantReasoning: setting(
    'assistant-reasoning <on|off>',
    'show the reasoning of a model to users',
    boolean,
    false,
  ),
  assistantParameters: optional(
    'assistant-parameters <json>',
    'additional JSON members of the requests to the assistant, such as {"temperature":0.2}',
    parameters,
  ),
  assistantHeaders: secretVariable(
    'CHAT_ASSISTANT_HEADERS',
    'additional headers of the requests to the assistant, such as {"api-key":"…"}',
    httpHeaders,
  ),
  drainTimeoutMs: setting(
    'drain-timeout-ms <ms>',
    'how long a stopping server waits for work in progress',
    integer(1, maxDrainMs),
    8_000,
  ),
  lameDuckMs: setting(
    'lame-duck-ms <ms>',
    'how long a stopping server still responds to new requests, with 503',
    integer(0, maxDrainMs),
    500,
  ),
};

/** The limits of the API document. Other commands than `start` have them too, with the same names. */
const documentLimits = {
  loginsPerWindow: settings.loginsPerWindow,
  messagesPerWindow: settings.messagesPerWindow,
  windowMs: settings.windowMs,
  socketsPerUser: settings.socketsPerUser,
  contentMaxLength: settings.contentMaxLength,
};

const listenSettings = (port: number, prefix: string) => ({
  port: setting(
    'port <n>',
    'port to listen on; 0 selects a free port',
    integer(0, 65_535),
    port,
    prefix,
  ),
  host: setting(
    'host <address>',
    'address to listen on; 0.0.0.0 means all',
    nonEmpty,
    '127.0.0.1',
    prefix,
  ),
});

const verifyPrefix = 'CHAT_VERIFY_';

/** The settings of `verify`. The limits are those of the backend. */
export const verifySettings = {
  users: {
    ...list(
      'user <name:password>',
      'user for the checks, which create messages; a second user tests that users are isolated',
      credentials,
      verifyPrefix,
    ),
    secret: true as const,
  },
  secret: {
    ...optional(
      'secret <text>',
      'key with which the backend signs tokens; the checks then test expired tokens without waiting',
      nonEmpty,
      verifyPrefix,
    ),
    secret: true as const,
  },
  core: setting('core', 'skip the extensions', boolean, false, verifyPrefix),
  json: setting('json', 'print one JSON document at the end', boolean, false, verifyPrefix),
  only: list('only <rule>', 'check only this rule, such as HIST-3', nonEmpty, verifyPrefix),
  timeoutMs: setting(
    'timeout-ms <ms>',
    'timeout of a response or frame',
    positive,
    30_000,
    verifyPrefix,
  ),
  ...documentLimits,
};

const mockPrefix = 'CHAT_MOCK_';

/** The settings of `mock`. */
export const mockSettings = {
  ...listenSettings(4000, mockPrefix),
  users: {
    ...list('user <name:password>', 'user of the mock', credentials, mockPrefix),
    secret: true as const,
  },
  control: setting('control', 'accept control calls from this machine', boolean, false, mockPrefix),
  controlRemote: setting(
    'control-remote',
    'accept control calls from other machines too; they reveal tokens and passwords',
    boolean,
    false,
    mockPrefix,
  ),
  realTime: setting(
    'real-time',
    'let the clock run; without it, only control calls advance it',
    boolean,
    false,
    mockPrefix,
  ),
  replay: optional(
    'replay <file>',
    'recording of "chat-server record" that the mock replays',
    nonEmpty,
    mockPrefix,
  ),
  corsOrigins: list(
    'cors-origin <origin>',
    'origin of pages that may use the mock, in addition to pages of this machine; * means any',
    origin,
    mockPrefix,
  ),
  json: setting('json', 'print the URL as one line of JSON', boolean, false, mockPrefix),
  untilStdinEnds: setting(
    'until-stdin-ends',
    'stop when stdin ends, for example because the program that started the mock has ended',
    boolean,
    false,
    mockPrefix,
  ),
  ...documentLimits,
  tokenLifetimeMs: settings.tokenLifetimeMs,
  sessionIdleMs: settings.sessionIdleMs,
};

const recordPrefix = 'CHAT_RECORD_';

/** The settings of `record`. */
export const recordSettings = {
  out: optional(
    'out <file>',
    'file for the recording; an existing one is replaced',
    nonEmpty,
    recordPrefix,
  ),
  ...listenSettings(4001, recordPrefix),
  json: setting('json', 'print the URL as one line of JSON', boolean, false, recordPrefix),
  untilStdinEnds: setting('until-stdin-ends', 'stop when stdin ends', boolean, false, recordPrefix),
};
