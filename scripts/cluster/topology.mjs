// Several instances, PostgreSQL, Redis and a load balancer as child processes: the topology of compose.yaml.
import { randomBytes } from 'node:crypto';
import { PostgresServer, RedisServer, ServerProcess } from '@chat/test-support';
import { startRoundRobin } from './round-robin.mjs';

/** Several instances that start together on few cores take long. */
const startTimeoutMs = 150_000;

/**
 * @param {object} [options]
 * @param {number} [options.instances]
 * @param {number} [options.port] of the load balancer; 0 takes a free one
 * @param {string[]} [options.users] as `name:password`
 * @param {Record<string, string>} [options.environment] further `CHAT_…` for every instance
 * @param {Parameters<typeof PostgresServer.create>[0]} [options.postgres]
 * @param {(url: string) => Promise<string>} [options.mapAddress] the URL by which instances reach PostgreSQL or Redis, such as that of a proxy
 */
export async function startTopology(options = {}) {
  const { instances: count = 3, port, users = [], environment = {} } = options;
  const { mapAddress = async (url) => url } = options;
  const postgres = await PostgresServer.create(options.postgres);
  const redis = await RedisServer.create();
  /** @type {ServerProcess[]} */
  const instances = [];
  const shared = {
    CHAT_DATABASE_URL: await mapAddress(postgres.url),
    CHAT_REDIS_URL: await mapAddress(redis.url),
    CHAT_JWT_SECRET: randomBytes(32).toString('hex'),
    CHAT_TRUST_PROXY: '1',
  };
  /** One more instance, not yet started. */
  const addInstance = (further = {}) => {
    const instance = new ServerProcess({
      users,
      environment: { ...shared, ...environment, ...further },
      timeoutMs: startTimeoutMs,
    });
    instances.push(instance);
    return instance;
  };
  /** Stops all instances but the first `count`. */
  const keepOnly = async (count) => {
    await Promise.all(instances.splice(count).map((instance) => instance.stop()));
  };
  const stop = async () => {
    balancer?.stop();
    await Promise.all(instances.map((instance) => instance.kill()));
    await Promise.all([postgres.remove(), redis.stop()]);
  };
  /** @type {Awaited<ReturnType<typeof startRoundRobin>> | undefined} */
  let balancer;
  try {
    await Promise.all([postgres.start(), redis.start()]);
    await Promise.all(Array.from({ length: count }, () => addInstance().start()));
    const urls = () => instances.filter(({ port }) => port !== 0).map(({ url }) => url);
    balancer = await startRoundRobin(urls, port);
    return { url: balancer.url, instances, postgres, redis, shared, addInstance, keepOnly, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
