import { RedisConnection, type RedisConnectionOptions } from '../connection/redis-connection.js';
import { createNames, type RedisNodes } from './redis-nodes.js';

type SingleOptions = Pick<
  RedisConnectionOptions,
  'address' | 'prefix' | 'instanceId' | 'logger' | 'timeoutMs'
>;

/** One Redis server, or the master that sentinels name. */
export function createRedisSingle(options: SingleOptions): RedisNodes {
  const restoredListeners = new Set<(node: RedisConnection) => void>();
  const messageListeners = new Set<(channel: string, text: string) => void>();
  const connection: RedisConnection = new RedisConnection({
    ...options,
    name: 'Redis',
    onRestored() {
      for (const listener of restoredListeners) listener(connection);
    },
    onMessage(channel, text) {
      for (const listener of messageListeners) listener(channel, text);
    },
  });
  return {
    ...createNames(options.prefix, options.address.db),
    instanceId: options.instanceId,
    get up() {
      return connection.up;
    },
    nodeOf: () => connection,
    onRestored: (listener) => void restoredListeners.add(listener),
    onMessage: (listener) => void messageListeners.add(listener),
    open: () => connection.open(),
    close: () => connection.close(),
  };
}
