import { afterAll, beforeAll, describe } from 'vitest';
import { findPostgres } from '../../scripts/cluster/postgres.mjs';
import { hasRedis } from '../../scripts/cluster/redis.mjs';
import { startTopology } from '../../scripts/cluster/topology.mjs';

export type Topology = Awaited<ReturnType<typeof startTopology>>;

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
  options: NonNullable<Parameters<typeof startTopology>[0]>,
  tests: (cluster: () => Topology) => void,
): void {
  describe.skipIf(!canRun())(name, { timeout: 60_000 }, () => {
    let cluster: Topology;
    beforeAll(async () => {
      cluster = await startTopology(options);
    }, 90_000);
    afterAll(() => cluster?.stop(), 30_000);
    tests(() => cluster);
  });
}
