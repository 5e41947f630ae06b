import { describeCluster } from '../cluster/describe-cluster.js';
import { gracefulStop } from './graceful-stop.js';
import { LoadClient, withoutRateLimits } from './load-client.js';
import { oneInstanceKilled } from './one-instance-killed.js';
import { databaseTimeoutMs, postgresFaults, postgresUsers } from './postgres-faults.js';
import { soak } from './soak.js';

const killed = 'zoe';
const stopped = new LoadClient(['ada', 'bob', 'cyd', 'dan']);
const soaked = new LoadClient(['eve', 'fay', 'gus', 'hal']);
const options = {
  users: [
    ...[killed, ...postgresUsers].map((name) => `${name}:s3cret`),
    ...stopped.credentials,
    ...soaked.credentials,
  ],
  environment: {
    ...withoutRateLimits,
    CHAT_DATABASE_TIMEOUT_MS: String(databaseTimeoutMs),
    // Also on a busy machine, each connection learns of the stop before the port closes.
    CHAT_LAME_DUCK_MS: '2000',
  },
};

// One deployment for all of them: starting it takes most of the time.
describeCluster('instances', options, (cluster) => {
  oneInstanceKilled(cluster, killed);
  postgresFaults(cluster);
  gracefulStop(cluster, stopped);
  soak(cluster, soaked);
});
