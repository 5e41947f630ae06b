import type { Allowance, Clock, Limiter } from '../../chat/ports.js';
import { createInProcessLimiter } from '../in-process-limiter.js';
import type { RedisLink } from './redis-link.js';
import { createRedisScript } from './redis-script.js';

/** The time comes from Redis where the caller gives none: the clocks of instances differ. */
const take = createRedisScript(`
local key, limit, window, now, name = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
-- A clock may be set back. Events from its future would lock the key until then.
for _, event in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. now, '+inf')) do
  redis.call('ZADD', key, now, event)
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
local count = redis.call('ZCARD', key)
if count < limit then
  redis.call('ZADD', key, now, name)
  redis.call('PEXPIRE', key, window)
  return 0
end
local leaving = redis.call('ZRANGE', key, count - limit, count - limit, 'WITHSCORES')[2] or now
return math.max(1, leaving + window - now)
`);

export interface RedisLimiterOptions {
  /** Decides what this instance grants while Redis is away. */
  readonly clock: Clock;
  /** Whose time events get; without it Redis's own, which is the same for all instances. */
  readonly time?: Clock | undefined;
}

/**
 * One allowance over all instances, exact as that of one process. While Redis is away each instance goes
 * on with what it granted itself.
 */
export function createRedisLimiter(link: RedisLink, { clock, time }: RedisLimiterOptions): Limiter {
  const own = createInProcessLimiter(time ?? clock);
  let events = 0;

  return {
    async take(key, limit, windowMs): Promise<Allowance> {
      if (limit === Number.POSITIVE_INFINITY) return { granted: true };
      events += 1;
      const args = [limit, windowMs, time?.now() ?? '', `${link.instanceId}:${events}`];
      const waitMs = await link.run<unknown>(
        (redis) => take(redis, [link.key('limit', key)], args),
        () => undefined,
      );
      if (typeof waitMs === 'number' && waitMs > 0) return { granted: false, retryAfterMs: waitMs };
      // What Redis granted is noted here too: without it, this count would begin with a whole allowance.
      const granted = await own.take(key, limit, windowMs);
      return waitMs === 0 ? { granted: true } : granted;
    },
  };
}
