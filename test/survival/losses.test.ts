import { describeCluster } from '../cluster/describe-cluster.js';
import { Load, withoutAllowance } from './load.js';
import { oneInstanceKilled } from './one-instance-killed.js';
import { databaseTimeoutMs, postgresFaults, postgresUsers } from './postgres-faults.js';
import { soak } from './soak.js';
import { stoppingUnderLoad } from './stopping.js';

const killed = 'zoe';
const stopped = new Load(['ada', 'bob', 'cyd', 'dan']);
const soaked = new Load(['eve', 'fay', 'gus', 'hal']);
const options = {
  users: [
    ...[killed, ...postgresUsers].map((name) => `${name}:s3cret`),
    ...stopped.credentials,
    ...soaked.credentials,
  ],
  environment: {
    ...withoutAllowance,
    CHAT_DATABASE_TIMEOUT_MS: String(databaseTimeoutMs),
    // On a busy machine, too, each line hears of a stop before nobody listens any more.
    CHAT_LAME_DUCK_MS: '2000',
  },
};

// One population for all of them: what takes time here is to start it.
describeCluster('instances', options, (cluster) => {
  oneInstanceKilled(cluster, killed);
  postgresFaults(cluster);
  stoppingUnderLoad(cluster, stopped);
  soak(cluster, soaked);
});
