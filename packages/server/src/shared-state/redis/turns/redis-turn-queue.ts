import { createInFlightTracker } from '../../../domain/in-flight-tracker.js';
import { createKeyedQueue } from '../../../domain/keyed-queue.js';
import type { TurnQueue } from '../../../domain/ports/index.js';
import { ShortLivedMap } from '../../../domain/short-lived-map.js';
import { type RedisNodes, runOn } from '../nodes/redis-nodes.js';
import type { RedisSubscriptions } from '../redis-subscriptions.js';
import type { TurnFollowers } from './turn-followers.js';
import { claimTimeoutMs, pollMs, recordTtlMs, renewIntervalMs, turnTtlMs } from './turn-times.js';

/** How long a reserved turn may wait for its work, which follows at once unless the request failed. */
const reservationMs = 1_000;

export interface RedisTurnQueue extends TurnQueue {
  /** A new id. */
  newTurn(): string;
  /** The user's next work uses this turn, which has started. */
  reserve(userId: string, turn: string, followers: readonly string[]): void;
  /** Resolves when no command of an ended turn is in flight. */
  idle(): Promise<void>;
}

export interface RedisTurnQueueOptions {
  readonly maxQueuedTurns: number;
  readonly leaseTtlMs: number;
}

/**
 * One turn of a user at a time over all instances, first come, first served within an instance and between them. While
 * Redis is unavailable, each instance has its own order. The store still guarantees unique message numbers and one reply
 * per idempotency key, so two turns at the same time can only be out of order.
 */
export function createRedisTurnQueue(
  nodes: RedisNodes,
  subscriptions: RedisSubscriptions,
  running: TurnFollowers,
  { maxQueuedTurns, leaseTtlMs }: RedisTurnQueueOptions,
): RedisTurnQueue {
  const local = createKeyedQueue({ maxQueuedTurns });
  const wakeUps = new ShortLivedMap<() => void>();
  const reservations = new ShortLivedMap<{ readonly turn: string; cancel(): void }>();
  const leaving = createInFlightTracker();
  const { instanceId } = nodes;
  const channelOf = (instance: string) => nodes.channel('turns', instance);
  let turns = 0;
  void subscriptions.subscribe(channelOf(instanceId), (turn) => wakeUps.get(turn)?.()).ready;

  const newTurn = (): string => {
    turns += 1;
    return `${instanceId} ${turns}`;
  };

  const waitForWakeUp = (turn: string): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        wakeUps.delete(turn);
        resolve();
      };
      const timer = setTimeout(done, pollMs);
      wakeUps.set(turn, done);
    });

  const enter = async (userId: string, turn: string): Promise<void> => {
    const key = nodes.key('user', userId);
    for (let dead = ''; ; ) {
      const result = await runOn(
        nodes,
        key,
        async (redis, node) => {
          const entered = await redis.enterTurn(
            key,
            turn,
            dead,
            turnTtlMs,
            recordTtlMs,
            leaseTtlMs,
          );
          const [instance = ''] = entered[1].split(' ');
          const isDead =
            entered[0] === 0 && instance !== instanceId && (await node.isDead(instance));
          return { entered, isDead };
        },
        () => undefined,
      );
      // Redis cannot tell: this instance has its own order.
      if (result === undefined) return;
      const [entered, holder, ...followers] = result.entered;
      if (entered === 1) {
        running.update(userId, followers);
        return;
      }
      dead = result.isDead ? holder : '';
      if (!result.isDead) await waitForWakeUp(turn);
    }
  };

  /** Not awaited by the work: later commands of this instance are sent after it on the same connection. */
  const leave = (userId: string, turn: string): void => {
    const key = nodes.key('user', userId);
    const publishHeld = running.end(userId);
    const command = () =>
      runOn(
        nodes,
        key,
        (redis) => redis.leaveTurn(key, turn, claimTimeoutMs),
        () => undefined,
      ).then((result) => {
        if (result === undefined) return;
        const [next, ...followers] = result;
        publishHeld(followers);
        if (next === '') return;
        const channel = channelOf(next.split(' ')[0] ?? '');
        void nodes.nodeOf(channel)?.publish(channel, next);
      });
    void leaving.run(command);
  };

  const takeReservation = (userId: string): string | undefined => {
    const reservation = reservations.get(userId);
    reservation?.cancel();
    reservations.delete(userId);
    return reservation?.turn;
  };

  const withTurn = async <T>(userId: string, work: () => Promise<T>): Promise<T> => {
    const key = nodes.key('user', userId);
    const reserved = takeReservation(userId);
    const turn = reserved ?? newTurn();
    if (reserved === undefined) await enter(userId, turn);
    const renew = () =>
      runOn(
        nodes,
        key,
        async (redis) => {
          const followers = await redis.renewTurn(key, turn, turnTtlMs, recordTtlMs, leaseTtlMs);
          if (!ended) running.update(userId, followers);
        },
        () => undefined,
      );
    let ended = false;
    const renewal = setInterval(() => void renew(), renewIntervalMs);
    try {
      return await work();
    } finally {
      ended = true;
      clearInterval(renewal);
      leave(userId, turn);
    }
  };

  return {
    run: (userId, work) => local.run(userId, () => withTurn(userId, work)),
    newTurn,
    reserve(userId, turn, followers) {
      running.update(userId, followers);
      const timer = setTimeout(() => {
        reservations.delete(userId);
        leave(userId, turn);
      }, reservationMs);
      timer.unref();
      reservations.set(userId, { turn, cancel: () => clearTimeout(timer) });
    },
    idle: () => leaving.whenIdle(),
  };
}
