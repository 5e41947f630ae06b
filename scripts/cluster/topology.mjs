// Several instances, PostgreSQL, Redis and a load balancer, as plain processes: what compose.yaml describes.
import { randomBytes } from 'node:crypto';
import { Program } from '../program.mjs';
import { createPostgres } from './postgres.mjs';
import { createRedis } from './redis.mjs';
import { startRoundRobin } from './round-robin.mjs';

/**
 * @param {object} [options]
 * @param {number} [options.instances]
 * @param {number} [options.port] where the load balancer listens; 0 takes a free one
 * @param {string[]} [options.users] as `name:password`
 * @param {Record<string, string>} [options.environment] further `CHAT_…` for every instance
 * @param {Parameters<typeof createPostgres>[0]} [options.postgres]
 * @param {(url: string) => Promise<string>} [options.reach] by which address instances are to reach PostgreSQL and Redis
 */
export async function startTopology(options = {}) {
  const { instances: count = 3, port, users = [], environment = {} } = options;
  const { reach = async (url) => url } = options;
  const postgres = await createPostgres(options.postgres);
  const redis = await createRedis();
  /** @type {Program[]} */
  const instances = [];
  const shared = {
    CHAT_DATABASE_URL: await reach(postgres.url),
    CHAT_REDIS_URL: await reach(redis.url),
    CHAT_JWT_SECRET: randomBytes(32).toString('hex'),
    CHAT_TRUST_PROXY: '1',
    ...environment,
  };
  /** One more instance, not yet started. */
  const addInstance = (further = {}) => {
    // Many that start together on few cores take their time.
    const patienceMs = 150_000;
    const instance = new Program({ users, environment: { ...shared, ...further }, patienceMs });
    instances.push(instance);
    return instance;
  };
  /** Stops all instances but the first `few`. */
  const keep = async (few) => {
    await Promise.all(instances.splice(few).map((instance) => instance.stop()));
  };
  const stop = async () => {
    await balancer?.stop();
    await Promise.all(instances.map((instance) => instance.end()));
    await Promise.all([postgres.remove(), redis.remove()]);
  };
  /** @type {Awaited<ReturnType<typeof startRoundRobin>> | undefined} */
  let balancer;
  try {
    await Promise.all([postgres.start(), redis.start()]);
    await Promise.all(Array.from({ length: count }, () => addInstance().start()));
    const urls = () => instances.filter(({ port }) => port !== 0).map(({ url }) => url);
    balancer = await startRoundRobin(urls, port);
    return { url: balancer.url, instances, postgres, redis, shared, addInstance, keep, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
