import { afterAll, beforeAll, describe } from 'vitest';
import { findPostgres } from '../../scripts/cluster/postgres.mjs';
import { hasRedis } from '../../scripts/cluster/redis.mjs';
import { startTopology } from '../../scripts/cluster/topology.mjs';
import { createSmallDisk, type SmallDisk } from '../support/small-disk.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

type Topology = Awaited<ReturnType<typeof startTopology>>;
type TopologyOptions = NonNullable<Parameters<typeof startTopology>[0]>;
export type Instance = Topology['instances'][number];

/** All that a population is served by, with what a test may do to it. */
export interface Cluster extends Topology {
  /** The lines from the instances to PostgreSQL and to Redis. */
  readonly lines: { readonly postgres: TcpProxy; readonly redis: TcpProxy };
  /** That of PostgreSQL; missing where tests may not mount one. */
  readonly disk: SmallDisk | undefined;
}

/** Where `CI` is set the services must be there: a suite that was never run must not look like one that passed. */
function canRun(): boolean {
  if (findPostgres() !== undefined && hasRedis()) return true;
  const missing = 'PostgreSQL and Redis are not both installed';
  if (process.env.CI) throw new Error(`${missing}, and CI must test with them.`);
  console.warn(`\n*** ${missing}: SEVERAL INSTANCES ARE NOT TESTED in this run. ***\n`);
  return false;
}

/** Runs tests against real processes of all that a population is served by. */
export function describeCluster(
  name: string,
  options: Omit<TopologyOptions, 'postgres' | 'reach'> & { readonly diskMegabytes?: number },
  tests: (cluster: () => Cluster) => void,
): void {
  describe.skipIf(!canRun())(name, () => {
    const { diskMegabytes, ...topologyOptions } = options;
    const proxies = new Map<string, TcpProxy>();
    let disk: SmallDisk | undefined;
    let cluster: Cluster;
    beforeAll(async () => {
      if (diskMegabytes !== undefined) disk = await createSmallDisk(diskMegabytes);
      const topology = await startTopology({
        ...topologyOptions,
        ...(disk !== undefined && { postgres: { disk } }),
        reach: async (address) => {
          const url = new URL(address);
          const proxy = await createTcpProxy({ target: Number(url.port) });
          proxies.set(url.protocol, proxy);
          url.port = String(proxy.port);
          return url.href;
        },
      });
      const lines = { postgres: proxies.get('postgres:')!, redis: proxies.get('redis:')! };
      cluster = { ...topology, lines, disk };
    }, 180_000);
    afterAll(async () => {
      await cluster?.stop();
      for (const proxy of proxies.values()) await proxy.close();
      await disk?.remove();
    });
    tests(() => cluster);
  });
}
