import { randomUUID } from 'node:crypto';
import type { ChatLimits } from '../../domain/api.js';
import { type defaultLimits, resolveLimits } from '../../domain/limits.js';
import type { Clock, Logger, SharedState } from '../../domain/ports/index.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { silentLogger } from '../../logging/silent-logger.js';
import { assertOptions } from '../../options/assert-options.js';
import { loadWith } from '../../options/optional-package.js';
import { defaultTimeoutMs, timeoutSchema } from './connection/redis-timeout.js';
import { parseRedisUrl, redisUrlExamples } from './connection/redis-url.js';
import { createRedisFanOut } from './redis-fan-out.js';
import { createRedisLimiter } from './redis-limiter.js';
import { createRedisRegistry } from './redis-registry.js';
import { RedisSubscriptions } from './redis-subscriptions.js';
import { createRedisTurnQueue } from './turns/redis-turn-queue.js';
import { TurnFollowers } from './turns/turn-followers.js';

/**
 * Options of {@link openRedisSharedState}.
 *
 * @example
 * ```ts
 * import { openRedisSharedState, type RedisSharedStateOptions } from '@chat/server';
 *
 * // A second deployment on the same Redis.
 * const options: RedisSharedStateOptions = { url: 'redis://127.0.0.1:6379', prefix: 'chat-staging:' };
 * const shared = await openRedisSharedState(options);
 * ```
 */
export interface RedisSharedStateOptions {
  /**
   * `redis://user:password@host:6379/0`, `redis+sentinel://user:password@host1:26379,host2:26379/name?db=0` for the master of
   * that name, or `redis+cluster://user:password@host1:6379,host2:6379` with some servers of a Redis Cluster; `rediss` instead
   * of `redis` is TLS.
   */
  readonly url: string;
  /**
   * Prefix of all keys and channels. Deployments that share one database of a Redis need different prefixes.
   * @default 'chat:'
   */
  readonly prefix?: string;
  /**
   * How long a command may take, in milliseconds. Then Redis counts as unavailable, and this instance continues without it
   * until it responds again. 10 to 60000.
   * @default 500
   */
  readonly timeoutMs?: number;
  /**
   * The same limits as the server's.
   * @default {@link defaultLimits}
   */
  readonly limits?: Partial<Pick<ChatLimits, 'maxQueuedTurns' | 'pingMs'>>;
  /**
   * Logs when Redis becomes unavailable and when it is available again.
   * @default no logging
   */
  readonly logger?: Logger;
  /**
   * The time of the rate limits.
   * @default the time of Redis, which is the same for all instances
   */
  readonly clock?: Clock;
}

/**
 * The state that several instances share over Redis. Pass it as `shared`.
 *
 * @example
 * ```ts
 * import { createChatServer, openRedisSharedState, type RedisSharedState } from '@chat/server';
 *
 * const shared: RedisSharedState = await openRedisSharedState({ url: 'redis://127.0.0.1:6379' });
 * const app = await createChatServer({ store, shared });
 * app.addHook('onClose', () => shared.close());
 * ```
 */
export interface RedisSharedState extends SharedState {
  /** Closes the connections. */
  close(): Promise<void>;
}

const driver = { feature: 'Redis', name: 'ioredis', major: 6 };

/** A lease is renewed with a ping of its socket, three times in this period; missed pings must not end it. */
const pingsUntilExpiry = 12;
const minLeaseTtlMs = 900_000;

/**
 * Short-lived state that instances share in Redis: rate limits, socket leases, turns and events. Redis holds no data that
 * cannot be rebuilt. It needs the package `ioredis`: `npm install ioredis@6`. An unavailable Redis is no error, neither at the start nor later: it is used as soon as it is available.
 *
 * @throws {TypeError} when the URL is not a Redis URL
 * @throws {RangeError} when the timeout is not within its range
 * @throws {RedisAuthError} when Redis rejects the user name, the password or the database, or the user lacks permissions
 * @throws Error when the package `ioredis` is not installed
 * @example
 * ```ts
 * import { createChatServer, openPostgresStore, openRedisSharedState } from '@chat/server';
 *
 * const store = await openPostgresStore({ url: 'postgres://chat@127.0.0.1/chat' });
 * const shared = await openRedisSharedState({ url: 'redis://127.0.0.1:6379' });
 * const app = await createChatServer({ store, shared, jwtSecret: process.env.CHAT_JWT_SECRET ?? '' });
 * ```
 */
export async function openRedisSharedState(
  options: RedisSharedStateOptions,
): Promise<RedisSharedState> {
  const {
    url,
    prefix = 'chat:',
    timeoutMs = defaultTimeoutMs,
    logger = silentLogger,
    clock,
  } = options;
  const address = parseRedisUrl(url);
  if (address === undefined) {
    // The message does not repeat the URL: it may contain a password.
    throw new TypeError(
      `The Redis URL is invalid: it must look like ${redisUrlExamples}, with special characters percent-encoded.`,
    );
  }
  assertOptions(timeoutSchema, { timeoutMs });
  const limits = resolveLimits(options.limits);
  const instanceId = randomUUID();
  const { createRedisNodes } = await loadWith(
    driver,
    () => import('./nodes/create-redis-nodes.js'),
  );
  const nodes = createRedisNodes(address, { prefix, instanceId, logger, timeoutMs });
  const leaseTtlMs = Math.max(minLeaseTtlMs, limits.pingMs * pingsUntilExpiry);
  const subscriptions = new RedisSubscriptions(nodes);
  const registry = createRedisRegistry(nodes, leaseTtlMs);
  const followers = new TurnFollowers(instanceId);
  const { maxQueuedTurns } = limits;
  const turns = createRedisTurnQueue(nodes, subscriptions, followers, {
    maxQueuedTurns,
    leaseTtlMs,
  });
  const shared: RedisSharedState = {
    limiter: createRedisLimiter(nodes, turns, { clock: systemClock, time: clock, leaseTtlMs }),
    leases: registry,
    turns: { run: turns.run },
    fanOut: createRedisFanOut({ nodes, subscriptions, registry, followers, logger }),
    isUp: () => nodes.up,
    async close() {
      await turns.idle();
      await nodes.close();
    },
  };
  await nodes.open();
  return shared;
}
