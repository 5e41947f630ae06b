import { isAbsolute } from 'node:path';
import { longestTimerMs } from '../chat/clock.js';
import { checkLimits } from '../options/check-limits.js';
import { checkUsers } from '../options/check-users.js';
import {
  between,
  type Checks,
  checkEach,
  demand,
  group,
  having,
  isObject,
  isPromise,
  shown,
  yesOrNo,
} from '../options/demand.js';
import { origins, secret, timeZone } from '../options/values.js';
import type { ChatPluginOptions, SharedState } from './options.js';
import type { ChatServerOptions, Timeouts } from './server-options.js';
import { toTrustProxy } from './trust-proxy.js';

/** The longest that a stopping server may be told to wait: a day. Timers end where 25 of them do. */
export const longestDrainMs = 86_400_000;

/** What Fastify itself takes with a plugin. */
const fastifyNames = ['prefix', 'logLevel', 'logSerializers'];

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const wait = between(0, longestDrainMs);
const timeout = between(1, longestTimerMs);

const sharedChecks: Checks<SharedState> = {
  limiter: having('a limiter', 'take'),
  leases: having('leases of sockets', 'acquire', 'renew', 'release'),
  turns: having('a queue of turns', 'run'),
  fanOut: having('a fan-out', 'publish', 'subscribe'),
  isUp: (value, name) => demand(typeof value === 'function', name, 'a function'),
};

const pluginChecks: Checks<ChatPluginOptions> = {
  users: checkUsers,
  assistant: having('an object with a method reply, as echoAssistant() gives one', 'reply'),
  store: having('a store, as openSqliteStore() gives one', 'addUser', 'transaction', 'close'),
  limits: checkLimits,
  clock: having('a clock', 'now', 'after'),
  jwtSecret: secret,
  corsOrigins: origins,
  timeZone,
  bodyLimitBytes: between(1),
  drainTimeoutMs: wait,
  lameDuckMs: wait,
  operations: yesOrNo,
  metrics(value, name) {
    if (typeof value === 'boolean') return;
    having('true, false or a registry of prom-client', 'metrics', 'registerMetric')(value, name);
  },
  staticDir: (value, name) =>
    demand(
      typeof value === 'string' && isAbsolute(value),
      name,
      `the absolute path of a directory, not ${shown(value)}`,
    ),
  passwords: having('a password hasher', 'hash', 'verify'),
  tokens: having('a token signer', 'sign', 'verify'),
  shared(value, name) {
    // Opened and not awaited it would share nothing, and nobody would notice.
    demand(!isPromise(value), name, 'what openRedisSharedState() gives: await this promise');
    demand(isObject(value), name, 'an object, as openRedisSharedState() gives one');
    const parts = value as { readonly [part: string]: unknown };
    for (const [part, check] of Object.entries(sharedChecks)) {
      if (parts[part] !== undefined) check(parts[part], `${name}.${part}`);
    }
  },
};

const serverChecks: Checks<ChatServerOptions> = {
  ...pluginChecks,
  trustProxy: (value) => void toTrustProxy(value as ChatServerOptions['trustProxy']),
  logger: having('a logger, as pino() gives one', ...levels, 'child'),
  timeouts: group({
    headersMs: timeout,
    requestMs: timeout,
    idleMs: timeout,
  } satisfies Checks<Timeouts>),
};

/** @throws TypeError or RangeError, which names the option of `createChatServer` that cannot be meant. */
export function checkServerOptions(options: ChatServerOptions): void {
  checkEach(options, serverChecks);
}

/** @throws TypeError or RangeError, which names the option of the plugin that cannot be meant. */
export function checkPluginOptions(options: ChatPluginOptions): void {
  checkEach(options, pluginChecks, fastifyNames);
}
