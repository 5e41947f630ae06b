import { randomUUID } from 'node:crypto';
import type { ChatLimits } from '../chat/api.js';
import { systemClock } from '../chat/clock.js';
import { type defaultLimits, limitsWith } from '../chat/limits.js';
import type { Clock, FanOut, Limiter, Logger, SocketLeases, TurnQueue } from '../chat/ports.js';
import { assertRedisUrl } from './redis/assert-redis-url.js';
import { createRedisFanOut } from './redis/redis-fan-out.js';
import { createRedisLeases } from './redis/redis-leases.js';
import { createRedisLimiter } from './redis/redis-limiter.js';
import { RedisLink } from './redis/redis-link.js';
import { RedisNews } from './redis/redis-news.js';
import { createRedisTurnQueue } from './redis/redis-turn-queue.js';

/**
 * Options of {@link openRedisSharedState}.
 *
 * @example
 * ```ts
 * import { openRedisSharedState, type RedisSharedStateOptions } from '@chat/server';
 *
 * // Two populations on one Redis.
 * const options: RedisSharedStateOptions = { url: 'redis://127.0.0.1:6379', prefix: 'chat-staging:' };
 * const shared = await openRedisSharedState(options);
 * ```
 */
export interface RedisSharedStateOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. */
  readonly url: string;
  /**
   * What keys and channels begin with; populations that share one Redis need one each.
   * @default 'chat:'
   */
  readonly prefix?: string;
  /**
   * The same figures as the server's.
   * @default {@link defaultLimits}
   */
  readonly limits?: Partial<Pick<ChatLimits, 'turnsWaiting' | 'pingMs'>>;
  /**
   * Told when Redis goes away and when it is back.
   * @default none
   */
  readonly logger?: Logger;
  /**
   * Whose time the allowances count by.
   * @default that of Redis, which is the same for all instances
   */
  readonly clock?: Clock;
}

/**
 * What several instances share over Redis; to be passed as `shared`.
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
export interface RedisSharedState {
  /** Counts logins and messages. */
  readonly limiter: Limiter;
  /** Counts live sockets. */
  readonly leases: SocketLeases;
  /** One message of a user after the other. */
  readonly turns: TurnQueue;
  /** Frames and revocations. */
  readonly fanOut: FanOut;
  /** Whether Redis can be counted on; while it is away each instance counts for itself. */
  isUp(): boolean;
  /** Gives the connections back. */
  close(): Promise<void>;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A place is renewed with each ping of its socket; one missed ping is no reason to lose it. */
const pingsUntilFree = 4;
const placeLifeMinMs = 60_000;

/**
 * What instances share in the moment, in Redis: allowances, places of sockets, turns, and who is to be
 * told what. Nothing in it is missed when it is lost. A Redis that is away is no error, at the start as
 * later: it is used as soon as it is there.
 *
 * @throws {TypeError} when the URL is none of Redis
 * @throws {RedisRefusedError} when Redis refuses the user or the password
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
  const { url, prefix = 'chat:', logger = silent, clock } = options;
  assertRedisUrl(url);
  const limits = limitsWith(options.limits);
  const link = new RedisLink({ url, prefix, instanceId: randomUUID(), logger });
  const news = new RedisNews(link);
  const shared: RedisSharedState = {
    limiter: createRedisLimiter(link, { clock: systemClock, time: clock }),
    leases: createRedisLeases(link, Math.max(placeLifeMinMs, limits.pingMs * pingsUntilFree)),
    turns: createRedisTurnQueue(link, news, limits),
    fanOut: createRedisFanOut(link, news, logger),
    isUp: () => link.up,
    close: () => link.close(),
  };
  await link.open();
  return shared;
}
