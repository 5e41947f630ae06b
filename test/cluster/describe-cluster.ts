import {
  createTcpProxy,
  PgBouncerServer,
  RedisCluster,
  servicesAvailable,
  type TcpProxy,
} from '@chat/test-support';
import { afterAll, beforeAll, describe } from 'vitest';
import { startTopology } from '../../scripts/cluster/topology.mjs';
import { createSmallDisk, type SmallDisk } from '../support/small-disk.js';

type Topology = Awaited<ReturnType<typeof startTopology>>;
type TopologyOptions = NonNullable<Parameters<typeof startTopology>[0]>;
export type Instance = Topology['instances'][number];

/** A whole deployment, with the faults that a test can inject. */
export interface Cluster extends Topology {
  /** Between the instances and PostgreSQL or Redis. */
  readonly proxies: { readonly postgres: TcpProxy; readonly redis: TcpProxy };
  /** The disk of PostgreSQL; undefined where tests cannot mount one. */
  readonly disk: SmallDisk | undefined;
}

/** Runs tests against a whole deployment of real processes. */
export function describeCluster(
  name: string,
  options: Omit<TopologyOptions, 'postgres' | 'reach'> & {
    readonly diskMegabytes?: number;
    readonly pgbouncer?: boolean;
    readonly redisCluster?: boolean;
  },
  tests: (cluster: () => Cluster) => void,
): void {
  const { diskMegabytes, pgbouncer = false, redisCluster = false, ...topologyOptions } = options;
  const services = ['PostgreSQL', 'Redis', ...(pgbouncer ? (['PgBouncer'] as const) : [])] as const;
  describe.skipIf(!servicesAvailable(...services))(name, () => {
    const proxies = new Map<string, TcpProxy>();
    let disk: SmallDisk | undefined;
    let pooler: PgBouncerServer | undefined;
    let sharedRedis: RedisCluster | undefined;
    let cluster: Cluster;
    beforeAll(async () => {
      if (diskMegabytes !== undefined) disk = await createSmallDisk(diskMegabytes);
      if (redisCluster) {
        sharedRedis = await RedisCluster.create();
        await sharedRedis.start();
      }
      const topology = await startTopology({
        ...topologyOptions,
        environment: {
          // Longer than a busy machine pauses a process.
          CHAT_REDIS_TIMEOUT_MS: '10000',
          ...topologyOptions.environment,
          ...(sharedRedis !== undefined && { CHAT_REDIS_URL: sharedRedis.url }),
        },
        ...(disk !== undefined && { postgres: { disk } }),
        mapAddress: async (address) => {
          const url = new URL(address);
          if (pgbouncer && url.protocol === 'postgres:') {
            pooler = await PgBouncerServer.create(address);
            await pooler.start();
            url.port = new URL(pooler.url).port;
          }
          const proxy = await createTcpProxy({ target: Number(url.port) });
          proxies.set(url.protocol, proxy);
          url.port = String(proxy.port);
          return url.href;
        },
      });
      const namedProxies = { postgres: proxies.get('postgres:')!, redis: proxies.get('redis:')! };
      cluster = { ...topology, proxies: namedProxies, disk };
    }, 180_000);
    afterAll(async () => {
      await cluster?.stop();
      for (const proxy of proxies.values()) await proxy.close();
      await pooler?.remove();
      await sharedRedis?.stop();
      await disk?.remove();
    });
    tests(() => cluster);
  });
}
