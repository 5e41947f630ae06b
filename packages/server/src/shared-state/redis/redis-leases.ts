import type { SocketLeases } from '../../chat/ports.js';
import type { RedisLink } from './redis-link.js';
import { createRedisScript } from './redis-script.js';

/** A place is that of a socket on an instance, and free when the instance is dead. */
const acquire = createRedisScript(`
local places, place, instances, own = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local limit, life, taken = tonumber(ARGV[4]), ARGV[5], 0
for _, other in ipairs(redis.call('SMEMBERS', places)) do
  if other == place then return 1 end
  local instance = string.match(other, '^[^ ]+')
  if instance == own or redis.call('EXISTS', instances .. instance) == 1 then
    taken = taken + 1
  else
    redis.call('SREM', places, other)
  end
end
if taken >= limit then return 0 end
redis.call('SADD', places, place)
redis.call('PEXPIRE', places, life)
return 1
`);

/** Sockets that are counted anew with one round trip. */
const batchSize = 500;

/**
 * Counts the live sockets of each user over all instances. While Redis is away each instance counts its
 * own; when it is back, those are counted for all again, too many or not.
 * @param lifeMs how long a place is held that nobody renews
 */
export function createRedisLeases(link: RedisLink, lifeMs: number): SocketLeases {
  const own = new Map<string, Set<string>>();
  /** Given back, or never had for sure, while Redis did not hear of it. */
  const unheard = new Map<string, Set<string>>();
  const keyOf = (userId: string) => link.key('sockets', userId);
  const placeOf = (socketId: string) => `${link.instanceId} ${socketId}`;

  const renew = (userId: string, socketIds: readonly string[]) =>
    link.run<unknown>(
      (redis) =>
        redis
          .pipeline()
          .sadd(keyOf(userId), ...socketIds.map(placeOf))
          .pexpire(keyOf(userId), lifeMs)
          .exec(),
      () => undefined,
    );

  const giveBack = async (userId: string, socketId: string): Promise<void> => {
    const heard = await link.run<boolean>(
      async (redis) => (await redis.srem(keyOf(userId), placeOf(socketId))) >= 0,
      () => false,
    );
    if (heard) return;
    unheard.set(userId, (unheard.get(userId) ?? new Set()).add(socketId));
  };

  const countAnew = async (): Promise<void> => {
    for (const [userId, socketIds] of [...unheard]) {
      unheard.delete(userId);
      for (const socketId of socketIds) await giveBack(userId, socketId);
    }
    const users = [...own.keys()];
    for (let start = 0; start < users.length && link.up; start += batchSize) {
      await Promise.all(
        users.slice(start, start + batchSize).map((userId) => {
          const socketIds = [...(own.get(userId) ?? [])];
          return socketIds.length > 0 ? renew(userId, socketIds) : undefined;
        }),
      );
    }
  };
  link.onRestored(() => void countAnew());

  return {
    async acquire(userId, socketId, limit) {
      const prefix = link.key('instance', '');
      const args = [placeOf(socketId), prefix, link.instanceId, limit, lifeMs];
      const answer = await link.run<unknown>(
        (redis) => acquire(redis, [keyOf(userId)], args),
        () => undefined,
      );
      const sockets = own.get(userId) ?? new Set<string>();
      const granted = typeof answer === 'number' ? answer === 1 : sockets.size < limit;
      if (granted) own.set(userId, sockets.add(socketId));
      else if (answer === undefined) await giveBack(userId, socketId);
      return granted;
    },
    async renew(userId, socketId) {
      if (own.get(userId)?.has(socketId)) await renew(userId, [socketId]);
    },
    async release(userId, socketId) {
      const sockets = own.get(userId);
      if (!sockets?.delete(socketId)) return;
      if (sockets.size === 0) own.delete(userId);
      await giveBack(userId, socketId);
    },
  };
}
