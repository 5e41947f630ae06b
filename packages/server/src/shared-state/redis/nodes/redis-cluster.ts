import { isIP } from 'node:net';
import type { Logger } from '../../../domain/ports/index.js';
import { explainRejection } from '../connection/explain-redis-error.js';
import { RedisAuthError } from '../connection/redis-auth-error.js';
import { RedisConnection, redisOptions } from '../connection/redis-connection.js';
import type { RedisAddress } from '../connection/redis-url.js';
import { RedisWithTimeout } from '../connection/redis-with-timeout.js';
import { keySlot, slotCount } from './key-slot.js';
import { createNames, type RedisNodes } from './redis-nodes.js';

/** How often an instance asks which server has which keys. */
const refreshMs = 1_000;

interface ClusterOptions {
  /** Some servers of the cluster. */
  readonly seeds: readonly RedisAddress[];
  readonly prefix: string;
  readonly instanceId: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly timeoutMs: number;
}

interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly host: string;
  readonly port: number;
}

/** A master, with the slots that it is responsible for. */
interface ClusterNode {
  readonly connection: RedisConnection;
  slots: string;
}

/**
 * The masters of a Redis Cluster. Each has connections and a state of its own, as a single Redis has: while one is
 * unavailable, instances count on their own for its users only. A script has one key, so that any user may be anywhere.
 */
export function createRedisCluster(options: ClusterOptions): RedisNodes {
  const { seeds, prefix, instanceId, logger, timeoutMs } = options;
  const [{ host: _host, port: _port, ...common }] = seeds as readonly [RedisAddress];
  const restoredListeners = new Set<(node: RedisConnection) => void>();
  const messageListeners = new Set<(channel: string, text: string) => void>();
  const nodes = new Map<string, ClusterNode>();
  const bySlot: (RedisConnection | undefined)[] = Array(slotCount);
  let timer: ReturnType<typeof setInterval> | undefined;
  let refreshing: Promise<void> | undefined;
  let rejection: string | undefined;
  let reported = false;
  let closed = false;

  const notifyRestored = (node: RedisConnection): void => {
    for (const listener of restoredListeners) listener(node);
  };

  const connect = (address: string, ranges: readonly SlotRange[]): ClusterNode => {
    const [first] = ranges as readonly [SlotRange, ...SlotRange[]];
    const connection: RedisConnection = new RedisConnection({
      address: { ...common, host: first.host, port: first.port },
      timeoutMs,
      prefix,
      instanceId,
      logger,
      name: `Redis at ${address}`,
      tag: tagOf(ranges),
      onRestored: () => notifyRestored(connection),
      onMessage(channel, text) {
        for (const listener of messageListeners) listener(channel, text);
      },
      onMoved: () => void refresh(),
    });
    return { connection, slots: '' };
  };

  /** Connects to new masters and disconnects from those that have no slots any more. */
  const apply = async (ranges: readonly SlotRange[]): Promise<void> => {
    const byAddress = new Map<string, SlotRange[]>();
    for (const range of ranges) {
      const address = isIP(range.host) === 6 ? `[${range.host}]` : range.host;
      const name = `${address}:${range.port}`;
      byAddress.set(name, [...(byAddress.get(name) ?? []), range]);
    }
    const opening: Promise<void>[] = [];
    const grown: RedisConnection[] = [];
    const slotOwners: (RedisConnection | undefined)[] = Array(slotCount);
    for (const [address, owned] of byAddress) {
      const known = nodes.get(address);
      const node = known ?? connect(address, owned);
      nodes.set(address, node);
      const slots = owned.map(({ from, to }) => `${from}-${to}`).join();
      if (known !== undefined && known.slots !== slots) grown.push(node.connection);
      node.slots = slots;
      for (const { from, to } of owned) slotOwners.fill(node.connection, from, to + 1);
      if (known === undefined) opening.push(node.connection.open().catch(noteRejection));
    }
    for (let slot = 0; slot < slotCount; slot += 1) bySlot[slot] = slotOwners[slot];
    for (const [address, { connection }] of nodes) {
      if (byAddress.has(address)) continue;
      nodes.delete(address);
      void connection.close();
    }
    await Promise.all(opening);
    // Their new keys and channels are not registered there yet.
    for (const connection of grown) if (connection.up) notifyRestored(connection);
  };

  const noteRejection = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    rejection ??= error instanceof RedisAuthError ? reason : explainRejection(reason, prefix);
    if (!reported) logger.warn({ reason }, 'The servers of the Redis Cluster are not known yet.');
    reported = true;
  };

  /** Asks the first server that answers, one of those in use if possible. */
  const readRanges = async (): Promise<SlotRange[]> => {
    for (const { connection } of nodes.values()) {
      const known = await connection.run(
        (redis) => redis.call('CLUSTER', 'SLOTS'),
        () => undefined,
      );
      if (known !== undefined) return parseSlots(known, connection.host);
    }
    for (const seed of seeds) {
      const connection = new RedisWithTimeout({
        ...redisOptions(seed, timeoutMs),
        retryStrategy: null,
      });
      connection.timeoutMs = timeoutMs;
      // `connect` rejects with it.
      connection.on('error', () => {});
      try {
        await connection.connect();
        return parseSlots(await connection.call('CLUSTER', 'SLOTS'), seed.host ?? '');
      } catch (error) {
        noteRejection(error);
      } finally {
        connection.disconnect();
      }
    }
    return [];
  };

  const refresh = (): Promise<void> => {
    refreshing ??= readRanges()
      .then((ranges) => (ranges.length > 0 && !closed ? apply(ranges) : undefined))
      .catch(noteRejection)
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  const close = async (): Promise<void> => {
    closed = true;
    clearInterval(timer);
    await Promise.all([...nodes.values()].map(({ connection }) => connection.close()));
  };

  return {
    ...createNames(prefix, 0),
    instanceId,
    get up() {
      return (
        nodes.size > 0 &&
        [...nodes.values()].every(({ connection }) => connection.up) &&
        !bySlot.includes(undefined)
      );
    },
    nodeOf: (key) => bySlot[keySlot(key)],
    onRestored: (listener) => void restoredListeners.add(listener),
    onMessage: (listener) => void messageListeners.add(listener),
    async open() {
      await refresh();
      if (rejection !== undefined) {
        await close();
        throw new RedisAuthError(rejection);
      }
      timer = setInterval(() => void refresh(), refreshMs);
      timer.unref();
    },
    close,
  };
}

/** A short text in one of the slots. It is the same on all instances, because liveness keys contain it. */
function tagOf(ranges: readonly SlotRange[]): string {
  for (let number = 0; ; number += 1) {
    const slot = keySlot(String(number));
    if (ranges.some(({ from, to }) => slot >= from && slot <= to)) return String(number);
  }
}

/** The result of CLUSTER SLOTS: first slot, last slot, master, replicas. A server that does not know its own host omits it. */
function parseSlots(result: unknown, ownHost: string): SlotRange[] {
  return (result as [number, number, [string | null, number]][]).map(
    ([from, to, [host, port]]) => ({ from, to, host: host || ownHost, port }),
  );
}
