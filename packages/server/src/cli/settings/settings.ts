import * as z from 'zod/mini';
import type { ChatLimits } from '../../domain/api.js';
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
import { explainInvalidParameter, isPostgresUrl } from '../../stores/postgres/postgres-url.js';
import { list, optional, secretVariable, setting, withSecret } from './define-setting.js';
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

const dataFlag = 'data <file>';
const database = secretVariable(
  'CHAT_DATABASE_URL',
  'PostgreSQL database, for several instances (needs the package pg); without it, the SQLite file',
  option<string>((url) => {
    const parameter = explainInvalidParameter(String(url));
    return parameter === undefined
      ? 'an address such as postgres://user:password@host:5432/name, with special characters of the password percent-encoded'
      : `an address whose parameter ${parameter}`;
  }, isPostgresUrl),
);
const positive = integer(1);
/** PostgreSQL, Redis and timers have a maximum of their own. */
const dayMs = 86_400_000;

/** A limit of the server, with its default. */
function limit(name: keyof ChatLimits, flag: string, description: string, schema = positive) {
  return setting(flag, description, schema, defaultLimits[name]);
}

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
  users: withSecret(
    list('user <name:password>', 'user to add if the name does not exist yet', credentials),
  ),
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
  loginsPerWindow: limit('loginsPerWindow', 'logins-per-minute <n>', 'logins per address'),
  messagesPerWindow: limit('messagesPerWindow', 'messages-per-minute <n>', 'messages per user'),
  windowMs: limit(
    'windowMs',
    'limit-window-ms <ms>',
    'length of the "minute" of both rate limits',
    integer(1, dayMs),
  ),
  socketsPerUser: limit('socketsPerUser', 'sockets-per-user <n>', 'open WebSockets per user'),
  contentMaxLength: limit(
    'contentMaxLength',
    'content-max-length <n>',
    'characters of a message',
    integer(1, 10_000_000),
  ),
  tokenLifetimeMs: limit(
    'tokenLifetimeMs',
    'token-lifetime-ms <ms>',
    'lifetime of a token, rounded to seconds',
    integer(1, maxTokenLifetimeMs),
  ),
  sessionIdleMs: limit(
    'sessionIdleMs',
    'session-idle-ms <ms>',
    'inactivity after which a session ends',
  ),
  sessionMaxMessages: limit(
    'sessionMaxMessages',
    'session-max-messages <n>',
    'messages of a session; the next one starts a new session',
  ),
  sessionMaxBytes: limit(
    'sessionMaxBytes',
    'session-max-bytes <n>',
    'bytes of content of a session; the next message starts a new session',
  ),
  readsPerUser: limit(
    'readsPerUser',
    'reads-per-user <n>',
    'pages and sessions sent to a user at the same time; others wait',
  ),
  maxQueuedReads: limit(
    'maxQueuedReads',
    'max-queued-reads <n>',
    'requests of a user that wait while --reads-per-user is reached; the next one gets 429',
    integer(0),
  ),
  replyMaxLength: limit(
    'replyMaxLength',
    'reply-max-length <n>',
    'characters of a reply of any assistant; a longer one is cut',
  ),
  streamsPerUser: limit(
    'streamsPerUser',
    'streams-per-user <n>',
    'streamed responses of a user at the same time; the next one gets 429',
  ),
  maxQueuedLogins: limit(
    'maxQueuedLogins',
    'max-queued-logins <n>',
    'logins that wait for the password check; the next one gets 503',
    integer(0),
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
  writeTimeoutMs: setting(
    'write-timeout-ms <ms>',
    'how long a client may take to read the next part of a response',
    integer(1, maxTimerMs),
    30_000,
  ),
  idempotencyLifetimeMs: limit(
    'idempotencyLifetimeMs',
    'idempotency-lifetime-ms <ms>',
    'how long a repeated key returns the first response',
  ),
  heartbeatMs: limit(
    'heartbeatMs',
    'heartbeat-ms <ms>',
    'inactivity after which a socket gets a heartbeat',
  ),
  pingMs: limit('pingMs', 'ping-ms <ms>', 'time between pings'),
  assistantUrl: withSecret(
    optional(
      'assistant-url <url>',
      'OpenAI-compatible API of the assistant, including /v1; without it, an echo',
      apiUrl,
    ),
  ),
  assistantKey: secretVariable(
    'CHAT_ASSISTANT_KEY',
    'API key of the assistant, if required',
    headerValue,
  ),
  assistantModel: optional('assistant-model <name>', 'model to use', nonEmpty),
  assistantPrompt: optional('assistant-prompt <text>', 'system prompt of the model', nonEmpty),
  assistantTimeoutMs: limit(
    'assistantTimeoutMs',
    'assistant-timeout-ms <ms>',
    'timeout of a complete reply of the assistant',
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
  assistantStartsWithReasoning: setting(
    'assistant-starts-with-reasoning <on|off>',
    'the replies of the model start with reasoning without a start tag, and </think> ends it',
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
