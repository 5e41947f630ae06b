import { RedisCluster, RedisServer, servicesAvailable } from '@chat/test-support';
import { afterAll, beforeAll, describe } from 'vitest';

/** Runs tests against a real Redis, where one is installed. */
export function describeRedis(name: string, tests: (server: () => RedisServer) => void): void {
  describe.skipIf(!servicesAvailable('Redis'))(name, () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.create();
      await server.start();
    });
    afterAll(() => server?.stop());
    tests(() => server);
  });
}

/** Runs tests against a real Redis Cluster, where Redis is installed. */
export function describeRedisCluster(name: string, tests: (cluster: () => RedisCluster) => void) {
  describe.skipIf(!servicesAvailable('Redis'))(name, () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await RedisCluster.create();
      await cluster.start();
    }, 180_000);
    afterAll(() => cluster?.stop());
    tests(() => cluster);
  });
}
