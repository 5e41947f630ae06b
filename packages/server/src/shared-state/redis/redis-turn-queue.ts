import type { TurnQueue } from '../../chat/ports.js';
import { createInProcessTurnQueue } from '../in-process-turn-queue.js';
import type { RedisLink } from './redis-link.js';
import type { RedisNews } from './redis-news.js';
import { createRedisScript } from './redis-script.js';

/** A turn is that of an instance, and over when the instance is dead or stopped renewing. */
const enter = createRedisScript(`
local turn, line, own, instances, own_instance, life = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local holder = redis.call('GET', turn)
if holder and holder ~= own then
  local instance = string.match(holder, '^[^ ]+')
  if instance == own_instance or redis.call('EXISTS', instances .. instance) == 1 then
    if not redis.call('LPOS', line, own) then redis.call('RPUSH', line, own) end
    redis.call('PEXPIRE', line, 60000)
    return 0
  end
end
redis.call('LREM', line, 0, own)
redis.call('SET', turn, own, 'PX', life)
return 1
`);

/** The turn goes to whoever waits longest, who has to take it up in a short time. */
const leave = createRedisScript(`
local turn, line, own, life = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
if redis.call('GET', turn) ~= own then return 0 end
local following = redis.call('LPOP', line)
if not following then
  redis.call('DEL', turn)
  return 1
end
redis.call('SET', turn, following, 'PX', life)
redis.call('PUBLISH', ARGV[3] .. string.match(following, '^[^ ]+'), following)
return 1
`);

const renew = createRedisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
`);

const lifeMs = 10_000;
const renewMs = 3_000;
const takeUpMs = 1_500;
/** How often who waits asks by itself: the call may have been lost. */
const askAgainMs = 250;

/**
 * One turn of a user at a time over all instances, first come, first served in each of them and between
 * them. While Redis is away each instance keeps its own order: the store keeps the numbers of messages
 * and the answer to a key unique, so that two turns at once are no more than out of turn.
 */
export function createRedisTurnQueue(
  link: RedisLink,
  news: RedisNews,
  limits: { readonly turnsWaiting: number },
): TurnQueue {
  const here = createInProcessTurnQueue(limits);
  const called = new Map<string, () => void>();
  const channel = link.key('turns', '');
  const instances = link.key('instance', '');
  let turns = 0;
  void news.listen(channel + link.instanceId, (turn) => called.get(turn)?.()).ready;

  const keysOf = (userId: string) => [link.key('turn', userId), link.key('line', userId)];

  const call = (turn: string): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        called.delete(turn);
        resolve();
      };
      const timer = setTimeout(done, askAgainMs);
      called.set(turn, done);
    });

  /** Resolves when it is this one's turn, or when nobody can say whose turn it is. */
  const wait = async (userId: string, turn: string): Promise<void> => {
    const args = [turn, instances, link.instanceId, lifeMs];
    const ask = () =>
      link.run<unknown>(
        (redis) => enter(redis, keysOf(userId), args),
        () => 1,
      );
    while ((await ask()) !== 1) await call(turn);
  };

  const alone = async <T>(userId: string, work: () => Promise<T>): Promise<T> => {
    turns += 1;
    const turn = `${link.instanceId} ${turns}`;
    const tell = (script: typeof renew, args: readonly (string | number)[]) =>
      link.run<unknown>(
        (redis) => script(redis, keysOf(userId), [turn, ...args]),
        () => undefined,
      );
    await wait(userId, turn);
    const renewing = setInterval(() => void tell(renew, [lifeMs]), renewMs);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      // Not waited for: what this instance asks next comes after it.
      void tell(leave, [takeUpMs, channel]);
    }
  };

  return { run: (userId, work) => here.run(userId, () => alone(userId, work)) };
}
