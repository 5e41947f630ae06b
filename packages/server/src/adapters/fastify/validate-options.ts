import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import type { SharedState } from '../../domain/ports/index.js';
import { maxTimerMs } from '../../domain/runtime/system-clock.js';
import {
  assertOptions,
  boolean,
  isPromise,
  number,
  type OptionSchemas,
  option,
  optionsObject,
  withMethods,
} from '../../options/assert-options.js';
import { limits, maxDrainMs, origins, secret, timeZone, users } from '../../options/schemas.js';
import { trustedProxies } from '../../options/trusted-proxies.js';
import { isChatMetrics } from './observability/metrics.js';
import type { ChatPluginOptions } from './options.js';
import type { ChatServerOptions, Timeouts } from './server-options.js';

const timeout = number(1, maxTimerMs);

const sharedState: OptionSchemas<SharedState> = {
  limiter: withMethods('a rate limiter', 'consume'),
  leases: withMethods('socket leases', 'acquire', 'renew', 'release'),
  turns: withMethods('a turn queue', 'run'),
  fanOut: withMethods('a fan-out', 'publish', 'subscribe'),
  isUp: option('a function', (value) => typeof value === 'function'),
};

const pluginOptions: OptionSchemas<ChatPluginOptions> = {
  users,
  assistant: withMethods('an assistant such as echoAssistant(), an object', 'reply'),
  store: withMethods(
    'a store such as createMemoryStore(), an object',
    'addUser',
    'transaction',
    'close',
  ),
  limits,
  clock: withMethods('a clock', 'now', 'after'),
  jwtSecret: secret,
  corsOrigins: origins,
  timeZone,
  bodyLimitBytes: number(1),
  writeTimeoutMs: timeout,
  drainTimeoutMs: number(0, maxDrainMs),
  lameDuckMs: number(0, maxDrainMs),
  healthRoutes: boolean,
  metrics: option(
    'true, false or what createChatMetrics() returns',
    (value) => typeof value === 'boolean' || isChatMetrics(value),
  ),
  staticDir: option(
    'the absolute path of a directory',
    (value) => typeof value === 'string' && isAbsolute(value),
  ),
  passwords: z.pipe(
    withMethods('a password hasher', 'hash', 'verify'),
    z.looseObject({ concurrency: z.optional(number(1)) }, 'an object'),
  ),
  tokens: withMethods('a token signer', 'sign', 'verify'),
  // The promise of openRedisSharedState() is an object too, and would share nothing.
  shared: z.pipe(
    option('what openRedisSharedState() resolves to', (value) => !isPromise(value)),
    z.looseObject(z.partial(z.object(sharedState)).shape, 'an object'),
  ),
};

const serverSchema = optionsObject({
  ...pluginOptions,
  trustProxy: trustedProxies,
  logger: withMethods(
    'a logger such as pino(), an object',
    ...['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'child'],
  ),
  timeouts: optionsObject({
    headersMs: timeout,
    requestMs: timeout,
    idleMs: timeout,
  } satisfies OptionSchemas<Timeouts>),
} satisfies OptionSchemas<ChatServerOptions>);

// Fastify itself reads the last three from the options of a plugin.
const pluginSchema = optionsObject({
  ...pluginOptions,
  prefix: z.any(),
  logLevel: z.any(),
  logSerializers: z.any(),
});

/** @throws {TypeError} or {RangeError} that names the invalid option of `createChatServer` */
export function validateServerOptions(options: ChatServerOptions): void {
  assertOptions(serverSchema, options);
}

/** @throws {TypeError} or {RangeError} that names the invalid option of `chatPlugin` */
export function validatePluginOptions(options: ChatPluginOptions): void {
  assertOptions(pluginSchema, options);
}
