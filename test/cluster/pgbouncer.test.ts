import { clusterSuite, suiteUsers } from './cluster-suite.js';
import { describeCluster } from './describe-cluster.js';

const users = suiteUsers.map((name) => `${name}:s3cret`);

describeCluster(
  'instances with PgBouncer in transaction mode',
  { users, pgbouncer: true },
  (cluster) => {
    clusterSuite(cluster);
  },
);
