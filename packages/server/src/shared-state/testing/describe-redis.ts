import { RedisCluster, RedisServer, servicesAvailable } from '@chat/test-support';
import { afterAll, beforeAll, describe } from 'vitest';

function describeWith<Server extends RedisServer | RedisCluster>(
  create: () => Promise<Server>,
  timeoutMs?: number,
) {
  return (name: string, tests: (server: () => Server) => void): void => {
    describe.skipIf(!servicesAvailable('Redis'))(name, () => {
      let server: Server;
      beforeAll(async () => {
        server = await create();
        await server.start();
      }, timeoutMs);
      afterAll(() => server?.stop());
      tests(() => server);
    });
  };
}

/** Runs tests against a real Redis, where one is installed. */
export const describeRedis = describeWith(() => RedisServer.create());

/** Runs tests against a real Redis Cluster, where Redis is installed. */
export const describeRedisCluster = describeWith(() => RedisCluster.create(), 180_000);
