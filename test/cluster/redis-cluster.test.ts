import { expect, test } from 'vitest';
import { clusterSuite, suiteUsers, untilReady } from './cluster-suite.js';
import { describeCluster } from './describe-cluster.js';
import { call } from './http-calls.js';

const users = suiteUsers.map((name) => `${name}:s3cret`);

describeCluster('instances with a Redis Cluster', { users, redisCluster: true }, (cluster) => {
  test('are ready and use it', async () => {
    await untilReady(cluster());
    for (const { url } of cluster().instances) {
      await expect
        .poll(async () => (await call(url, '/metrics')).body)
        .toMatch(/^chat_redis_up 1$/m);
    }
  });

  clusterSuite(cluster);
});
