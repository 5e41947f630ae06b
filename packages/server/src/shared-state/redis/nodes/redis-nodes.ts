import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisClient } from '../connection/redis-scripts.js';

/** The Redis servers of a deployment: one, or the masters of a Redis Cluster. */
export interface RedisNodes {
  /** Unique in the deployment. */
  readonly instanceId: string;
  /** Whether all servers are available. */
  readonly up: boolean;
  /** The key of a record, such as that of a user. */
  key(kind: string, name: string): string;
  channel(kind: string, name: string): string;
  /** The server of a key or channel; undefined while it is not known. */
  nodeOf(key: string): RedisConnection | undefined;
  /** Calls `listener` when a server is available again, has lost its data, or is responsible for more keys. */
  onRestored(listener: (node: RedisConnection) => void): void;
  /** Calls `listener` with each message of a subscribed channel. */
  onMessage(listener: (channel: string, text: string) => void): void;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The result of `command` on the server of the key, or of `fallback` when the server is unavailable or fails. */
export async function runOn<T>(
  nodes: RedisNodes,
  key: string,
  command: (redis: RedisClient, node: RedisConnection) => Promise<T>,
  fallback: () => T | Promise<T>,
): Promise<T> {
  const node = nodes.nodeOf(key);
  if (node === undefined) return fallback();
  return node.run((redis) => command(redis, node), fallback);
}

/** Key and channel names of a deployment. */
export function createNames(prefix: string, db: number) {
  return {
    // The braces choose the slot in a Redis Cluster: a key and a channel of a user are on the same server.
    key: (kind: string, name: string) => `${prefix}${kind}:{${name}}`,
    // Channels do not belong to a database of Redis as keys do, so that their names contain its number.
    channel: (kind: string, name: string) => `${prefix}db${db}:${kind}:{${name}}`,
  };
}
