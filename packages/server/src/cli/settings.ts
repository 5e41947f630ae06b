import { defaultLimits } from '../chat/limits.js';
import { longestLifetimeMs } from '../chat/token-claims.js';
import { longestDrainMs } from '../fastify/check-options.js';
import {
  address,
  apiAddress,
  choice,
  credentials,
  Expected,
  headerValue,
  integer,
  origin,
  proxies,
  type Read,
  secret,
  timeZone,
  word,
  yesOrNo,
} from './readers.js';

/** One setting: how it is given, what it means, and how its text becomes a value. */
export interface Setting<Value> {
  /** Without it only the variable exists: an argument can be seen in the list of processes. */
  readonly flag?: string;
  /** What stands for the value in `--help`; none for a switch. */
  readonly value?: string;
  readonly variable: string;
  readonly text: string;
  readonly read: Read<Value>;
  /** May be given several times; the variable parts the values with commas. */
  readonly repeatable?: true;
  /** Its text never appears in a message. */
  readonly secret?: true;
  /** Missing when a setting that is not given is simply absent. */
  readonly default?: Value;
}

const setting = <Value>(given: Setting<Value> & { default: Value }) => given;
const optional = <Value>(given: Setting<Value>) => given;
const list = <Value>(given: Setting<Value>) => ({ ...given, repeatable: true as const });

const count = (flag: string, variable: string, text: string, standard: number, minimum = 1) =>
  setting({ flag, value: 'n', variable, text, read: integer(minimum), default: standard });
const duration = (
  flag: string,
  variable: string,
  text: string,
  standard: number,
  maximum?: number,
) => setting({ flag, value: 'ms', variable, text, read: integer(1, maximum), default: standard });

/** Where the data are. */
const dataSetting = setting({
  flag: 'data',
  value: 'file',
  variable: 'CHAT_DATA',
  text: 'the SQLite file, or :memory:',
  read: word,
  default: './chat.db',
});

/** For commands that end: what they do in memory nobody would see. */
export const fileSetting = setting({
  ...dataSetting,
  text: 'the SQLite file',
  read: (text) => (text === ':memory:' ? new Expected('a file') : word(text)),
});

/** Instead of the file; no flag, because it may hold a password. */
export const databaseSetting = optional({
  variable: 'CHAT_DATABASE_URL',
  text: 'the PostgreSQL database, for several instances; the SQLite file when not given',
  read: address('postgres://user:password@host:5432/name', 'postgres:', 'postgresql:'),
  secret: true,
});

/** Everything `start` can be told. A new setting is a new line here and its use in start.ts. */
export const settings = {
  port: setting({
    flag: 'port',
    value: 'n',
    variable: 'CHAT_PORT',
    text: 'the port to listen on; 0 takes a free one',
    read: integer(0, 65_535),
    default: 3000,
  }),
  host: setting({
    flag: 'host',
    value: 'address',
    variable: 'CHAT_HOST',
    text: 'the address to listen on; 0.0.0.0 is all',
    read: word,
    default: '127.0.0.1',
  }),
  data: dataSetting,
  databaseUrl: databaseSetting,
  databaseTimeoutMs: duration(
    'database-timeout-ms',
    'CHAT_DATABASE_TIMEOUT_MS',
    'how long PostgreSQL may take for a query before the call is answered with 503',
    10_000,
  ),
  redisUrl: optional({
    variable: 'CHAT_REDIS_URL',
    text: 'the Redis through which instances share limits and sockets',
    read: address('redis://user:password@host:6379/0', 'redis:', 'rediss:'),
    secret: true,
  }),
  users: list({
    flag: 'user',
    value: 'name:password',
    variable: 'CHAT_USER',
    text: 'a user to add when there is none of that name',
    read: credentials,
    secret: true,
  }),
  demo: setting({
    flag: 'demo',
    variable: 'CHAT_DEMO',
    text: 'add the user "demo" with the password "demo", to try things out',
    read: yesOrNo,
    default: false,
  }),
  staticDir: optional({
    flag: 'static',
    value: 'dir',
    variable: 'CHAT_STATIC',
    text: 'a directory of files to serve beside the API',
    read: word,
  }),
  jwtSecret: optional({
    variable: 'CHAT_JWT_SECRET',
    text: 'the key of tokens, at least 32 bytes; a random one when not given',
    read: secret,
    secret: true,
  }),
  corsOrigins: list({
    flag: 'cors-origin',
    value: 'origin',
    variable: 'CHAT_CORS_ORIGIN',
    text: 'an origin whose pages may call, besides our own; * is any',
    read: origin,
  }),
  trustProxy: optional({
    flag: 'trust-proxy',
    value: 'n|list',
    variable: 'CHAT_TRUST_PROXY',
    text: 'how many proxies stand before the server, or their addresses',
    read: proxies,
  }),
  timeZone: setting({
    flag: 'time-zone',
    value: 'name',
    variable: 'CHAT_TIME_ZONE',
    text: 'whose days the statistics count',
    read: timeZone,
    default: 'UTC',
  }),
  logLevel: setting({
    flag: 'log-level',
    value: 'level',
    variable: 'CHAT_LOG_LEVEL',
    text: 'debug, info, warn, error or silent; JSON lines on stderr',
    read: choice('debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
  }),
  metrics: setting({
    flag: 'metrics',
    value: 'on|off',
    variable: 'CHAT_METRICS',
    text: 'whether /metrics is served, for Prometheus',
    read: yesOrNo,
    default: true,
  }),
  loginsPerWindow: count(
    'logins-per-minute',
    'CHAT_LOGINS_PER_MINUTE',
    'logins per address',
    defaultLimits.loginsPerWindow,
  ),
  messagesPerWindow: count(
    'messages-per-minute',
    'CHAT_MESSAGES_PER_MINUTE',
    'messages per user',
    defaultLimits.messagesPerWindow,
  ),
  windowMs: duration(
    'limit-window-ms',
    'CHAT_LIMIT_WINDOW_MS',
    'how long the minute of these two is',
    defaultLimits.windowMs,
  ),
  socketsPerUser: count(
    'sockets-per-user',
    'CHAT_SOCKETS_PER_USER',
    'live WebSockets per user',
    defaultLimits.socketsPerUser,
  ),
  contentMaxLength: count(
    'content-max-length',
    'CHAT_CONTENT_MAX_LENGTH',
    'characters of a message',
    defaultLimits.contentMaxLength,
  ),
  tokenLifetimeMs: duration(
    'token-lifetime-ms',
    'CHAT_TOKEN_LIFETIME_MS',
    'how long a token is good, rounded to seconds',
    defaultLimits.tokenLifetimeMs,
    longestLifetimeMs,
  ),
  sessionIdleMs: duration(
    'session-idle-ms',
    'CHAT_SESSION_IDLE_MS',
    'the silence that ends a session',
    defaultLimits.sessionIdleMs,
  ),
  idempotencyLifetimeMs: duration(
    'idempotency-lifetime-ms',
    'CHAT_IDEMPOTENCY_LIFETIME_MS',
    'how long a repeated key gives the first answer',
    defaultLimits.idempotencyLifetimeMs,
  ),
  heartbeatMs: duration(
    'heartbeat-ms',
    'CHAT_HEARTBEAT_MS',
    'the silence after which a socket gets a heartbeat',
    defaultLimits.heartbeatMs,
  ),
  pingMs: duration('ping-ms', 'CHAT_PING_MS', 'the time between pings', defaultLimits.pingMs),
  assistantUrl: optional({
    flag: 'assistant-url',
    value: 'url',
    variable: 'CHAT_ASSISTANT_URL',
    text: 'the OpenAI-compatible API that answers, /v1 included; an echo when not given',
    read: apiAddress,
    secret: true,
  }),
  assistantKey: optional({
    variable: 'CHAT_ASSISTANT_KEY',
    text: 'the key of that API, when it wants one',
    read: headerValue,
    secret: true,
  }),
  assistantModel: optional({
    flag: 'assistant-model',
    value: 'name',
    variable: 'CHAT_ASSISTANT_MODEL',
    text: 'the model to ask there',
    read: word,
  }),
  assistantPrompt: optional({
    flag: 'assistant-prompt',
    value: 'text',
    variable: 'CHAT_ASSISTANT_PROMPT',
    text: 'what the model is told before every conversation',
    read: word,
  }),
  assistantTimeoutMs: duration(
    'assistant-timeout-ms',
    'CHAT_ASSISTANT_TIMEOUT_MS',
    'how long the assistant may take',
    defaultLimits.assistantTimeoutMs,
  ),
  drainTimeoutMs: duration(
    'drain-timeout-ms',
    'CHAT_DRAIN_TIMEOUT_MS',
    'how long a stopping server waits for what is under way',
    8_000,
    longestDrainMs,
  ),
  lameDuckMs: setting({
    flag: 'lame-duck-ms',
    value: 'ms',
    variable: 'CHAT_LAME_DUCK_MS',
    text: 'how long a stopping server still answers new calls, with 503',
    read: integer(0, longestDrainMs),
    default: 500,
  }),
};
