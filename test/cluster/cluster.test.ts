import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clusterCommand } from './cluster-command.js';
import { clusterSuite, suiteUsers, untilReady } from './cluster-suite.js';
import { composeFile } from './compose-file.js';
import { databaseWriteErrors, writeErrorUsers } from './database-write-errors.js';
import { describeCluster } from './describe-cluster.js';
import { dumpAndRestore, dumpUser } from './dump-and-restore.js';
import { call, logIn } from './http-calls.js';
import { redisFaults, redisTimeoutMs, redisUsers } from './redis-faults.js';

const names = [...suiteUsers, ...redisUsers, ...writeErrorUsers, dumpUser];
const users = names.map((name) => `${name}:s3cret`);
const options = {
  users,
  instances: 10,
  diskMegabytes: 192,
  environment: { CHAT_REDIS_TIMEOUT_MS: String(redisTimeoutMs) },
};

describeCluster('instances behind one address', options, (cluster) => {
  const each = () => cluster().instances.map(({ url }) => url);

  test('create the tables and users of a new database once, though ten open it at the same time', async () => {
    const token = await logIn(cluster().url, 'ada');
    await untilReady(cluster());
    for (const url of each()) {
      expect((await call(url, '/api/v1/stats/chat', { token })).status).toBe(200);
    }
    // Three are enough for the other tests.
    await cluster().keepOnly(3);
  });

  test('have every metric that docs/operations/monitoring.md names', async () => {
    const page = readFileSync(
      new URL('../../docs/operations/monitoring.md', import.meta.url),
      'utf8',
    );
    const named = page.match(/\b(?:chat|process|nodejs)_[a-z_]+/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    await call(each()[0]!, '/nowhere');
    const { body } = await call(each()[0]!, '/metrics');
    for (const metric of named) expect(body).toMatch(new RegExp(`^# TYPE ${metric} `, 'm'));
  });

  clusterSuite(cluster);
  composeFile(cluster);
  dumpAndRestore(cluster);
  clusterCommand();
  redisFaults(cluster);
  databaseWriteErrors(cluster);
});
