import type { Clock, RateLimiter, RateLimitResult } from '../../domain/ports/index.js';
import { createInProcessLimiter } from '../in-process/in-process-limiter.js';
import { type RedisNodes, runOn } from './nodes/redis-nodes.js';
import type { RedisTurnQueue } from './turns/redis-turn-queue.js';
import { recordTtlMs, turnTtlMs } from './turns/turn-times.js';

export interface RedisLimiterOptions {
  /** The time of this instance's own count, while Redis is unavailable. */
  readonly clock: Clock;
  /** The time of the events; the time of Redis when omitted, because the clocks of instances differ. */
  readonly time?: Clock | undefined;
  readonly leaseTtlMs: number;
}

/** Of the keys that the domain counts messages with. The user's turn follows. */
const messagePrefix = 'chat:';

/**
 * One rate limit over all instances. While Redis is unavailable, each instance continues with its own count. The command
 * that counts a message also starts its turn, when no other one runs.
 */
export function createRedisLimiter(
  nodes: RedisNodes,
  turns: Pick<RedisTurnQueue, 'newTurn' | 'reserve'>,
  { clock, time, leaseTtlMs }: RedisLimiterOptions,
): RateLimiter {
  const local = createInProcessLimiter(time ?? clock);

  return {
    async consume(key, limit, windowMs): Promise<RateLimitResult> {
      if (limit === Number.POSITIVE_INFINITY) return { granted: true };
      const userId = key.startsWith(messagePrefix) ? key.slice(messagePrefix.length) : undefined;
      const record = userId === undefined ? nodes.key('limit', key) : nodes.key('user', userId);
      const turn = userId === undefined ? '' : turns.newTurn();
      const now = time?.now() ?? '';
      const result = await runOn(
        nodes,
        record,
        (redis) =>
          redis.consumeEvent(
            record,
            limit,
            windowMs,
            now,
            turn,
            turnTtlMs,
            recordTtlMs,
            leaseTtlMs,
          ),
        () => undefined,
      );
      const [waitMs, entered, ...followers] = result ?? [undefined, 0];
      if (waitMs !== undefined && waitMs > 0) return { granted: false, retryAfterMs: waitMs };
      if (userId !== undefined && entered === 1) turns.reserve(userId, turn, followers);
      // Counted locally too: otherwise the local count would start at zero when Redis fails.
      const granted = await local.consume(key, limit, windowMs);
      return waitMs === 0 ? { granted: true } : granted;
    },
  };
}
