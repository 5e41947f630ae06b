// Starts three instances of one deployment with PostgreSQL, Redis and a load balancer, until Ctrl+C. See docs/operations/several-instances.md.
import { startTopology } from './cluster/topology.mjs';
import { readOptions } from './lib/options.mjs';

const { values } = readOptions({
  instances: { type: 'number', default: 3, min: 1 },
  port: { type: 'number', default: 3000 },
  user: { type: 'string', multiple: true, default: ['ada:s3cret'] },
});
const cluster = await startTopology({
  instances: values.instances,
  port: values.port,
  users: values.user,
});
console.log(`Chat servers listening on ${cluster.url}`);
for (const { url } of cluster.instances) console.log(`  instance    ${url}`);
console.log(`  PostgreSQL  ${cluster.postgres.url}`);
console.log(`  Redis       ${cluster.redis.url}`);
console.log('Ctrl+C stops all of them.');

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await cluster.stop();
  });
}
