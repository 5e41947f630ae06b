import type { Logger } from '../../../domain/ports/index.js';
import type { RedisAddress } from '../connection/redis-url.js';
import { createRedisCluster } from './redis-cluster.js';
import type { RedisNodes } from './redis-nodes.js';
import { createRedisSingle } from './redis-single.js';

interface RedisNodesOptions {
  readonly prefix: string;
  readonly instanceId: string;
  readonly logger: Logger;
  readonly timeoutMs: number;
}

/** @param address of one Redis or its sentinels, or of some servers of a cluster */
export function createRedisNodes(
  address: RedisAddress | readonly RedisAddress[],
  options: RedisNodesOptions,
): RedisNodes {
  return 'db' in address
    ? createRedisSingle({ ...options, address })
    : createRedisCluster({ ...options, seeds: address });
}
