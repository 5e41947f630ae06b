import type { SocketLeases } from '../../domain/ports/index.js';
import type { RedisConnection } from './connection/redis-connection.js';
import { type RedisNodes, runOn } from './nodes/redis-nodes.js';

/** How many users are registered again at the same time. */
const batchSize = 500;

/** What this instance holds for one user. */
interface LocalUser {
  readonly sockets: Set<string>;
  /** How many of this instance's sockets follow the user. */
  follows: number;
  /** When it was last registered in Redis, in milliseconds of `performance.now()`. */
  registeredAt: number;
}

/** The leases of sockets, and which users this instance follows. */
export interface RedisRegistry extends SocketLeases {
  /** Follows a user from when `ready` resolves, after `subscribed`. Never rejects. */
  follow(
    userId: string,
    subscribed: Promise<void>,
  ): { readonly ready: Promise<void>; stop(): void };
}

/**
 * Limits the open sockets of each user over all instances. While Redis is unavailable, each instance counts its own
 * sockets; when Redis is available again, all of them get leases, even beyond the limit.
 * @param leaseTtlMs how long a lease is held without renewal
 */
export function createRedisRegistry(nodes: RedisNodes, leaseTtlMs: number): RedisRegistry {
  const users = new Map<string, LocalUser>();
  /** Leases to release as soon as Redis is available: sockets that closed, or that may have got a lease in a failed command. */
  const pendingReleases = new Map<string, Set<string>>();
  const { instanceId } = nodes;
  const keyOf = (userId: string) => nodes.key('user', userId);
  const leaseOf = (socketId: string) => `${instanceId} ${socketId}`;

  const localUser = (userId: string): LocalUser => {
    const user = users.get(userId) ?? { sockets: new Set(), follows: 0, registeredAt: 0 };
    users.set(userId, user);
    return user;
  };
  const forgetIfUnused = (userId: string, { sockets, follows }: LocalUser): void => {
    if (sockets.size === 0 && follows === 0) users.delete(userId);
  };

  const register = async (userId: string): Promise<void> => {
    const user = users.get(userId);
    if (user === undefined) return;
    const key = keyOf(userId);
    const follower = user.follows > 0 ? instanceId : '';
    user.registeredAt = performance.now();
    await runOn<unknown>(
      nodes,
      key,
      (redis) => redis.register(key, follower, leaseTtlMs, ...[...user.sockets].map(leaseOf)),
      () => undefined,
    );
  };

  const unregister = (userId: string, follower: string, socketIds: readonly string[]) => {
    const key = keyOf(userId);
    return runOn(
      nodes,
      key,
      async (redis) => (await redis.unregister(key, follower, ...socketIds.map(leaseOf))) === 1,
      () => false,
    );
  };

  const releaseLease = async (userId: string, socketId: string): Promise<void> => {
    if (await unregister(userId, '', [socketId])) return;
    pendingReleases.set(userId, (pendingReleases.get(userId) ?? new Set()).add(socketId));
  };

  const registerAll = async (node: RedisConnection): Promise<void> => {
    const isHere = (userId: string) => nodes.nodeOf(keyOf(userId)) === node;
    for (const [userId, socketIds] of [...pendingReleases].filter(([id]) => isHere(id))) {
      pendingReleases.delete(userId);
      for (const socketId of socketIds) await releaseLease(userId, socketId);
    }
    const here = [...users.keys()].filter(isHere);
    for (let start = 0; start < here.length && node.up; start += batchSize) {
      await Promise.all(here.slice(start, start + batchSize).map(register));
    }
  };
  nodes.onRestored((node) => void registerAll(node));

  /** 1 when the lease is held, 0 when all leases are taken, undefined when Redis cannot tell. */
  const acquireLease = (userId: string, socketId: string, limit: number) => {
    const key = keyOf(userId);
    const acquire = [key, leaseOf(socketId), limit, leaseTtlMs] as const;
    return runOn<number | undefined>(
      nodes,
      key,
      async (redis, node) => {
        const [granted, ...holders] = await redis.acquireLease(...acquire);
        if (granted === 1) return 1;
        const others = holders.filter((holder) => holder !== instanceId);
        const dead = await Promise.all(others.map((holder) => node.isDead(holder)));
        const deadInstances = others.filter((_, index) => dead[index]);
        if (deadInstances.length === 0) return 0;
        return (await redis.acquireLease(...acquire, ...deadInstances))[0];
      },
      () => undefined,
    );
  };

  return {
    async acquire(userId, socketId, limit) {
      const result = await acquireLease(userId, socketId, limit);
      const user = localUser(userId);
      const granted = result === undefined ? user.sockets.size < limit : result === 1;
      if (granted) user.sockets.add(socketId);
      else if (result === undefined) await releaseLease(userId, socketId);
      forgetIfUnused(userId, user);
      return granted;
    },
    async renew(userId, socketId) {
      const user = users.get(userId);
      if (!user?.sockets.has(socketId)) return;
      // With each ping would be more often than necessary.
      if (performance.now() - user.registeredAt > leaseTtlMs / 3) await register(userId);
    },
    async release(userId, socketId) {
      const user = users.get(userId);
      if (!user?.sockets.delete(socketId)) return;
      forgetIfUnused(userId, user);
      await releaseLease(userId, socketId);
    },
    follow(userId, subscribed) {
      const user = localUser(userId);
      user.follows += 1;
      let stopped = false;
      return {
        ready: subscribed.then(() => (stopped ? undefined : register(userId))),
        stop() {
          if (stopped) return;
          stopped = true;
          user.follows -= 1;
          if (user.follows > 0) return;
          forgetIfUnused(userId, user);
          // When it fails, other instances publish frames that nobody receives.
          void unregister(userId, instanceId, []);
        },
      };
    },
  };
}
