// @ts-check
import { findPgBouncer } from './pgbouncer-server.js';
import { findPostgres } from './postgres-server.js';
import { findRedis } from './redis-server.js';
import { findHaproxy, findNginx } from './reverse-proxies.js';

/**
 * Whether all of these are installed. Where `CI` is set a missing one is an error: a suite that was skipped must not
 * look like one that passed.
 * @param {...('PostgreSQL' | 'PgBouncer' | 'Redis' | 'nginx' | 'HAProxy')} services
 */
export function servicesAvailable(...services) {
  const find = {
    PostgreSQL: findPostgres,
    PgBouncer: findPgBouncer,
    Redis: findRedis,
    nginx: findNginx,
    HAProxy: findHaproxy,
  };
  const missing = services.filter((service) => find[service]() === undefined);
  if (missing.length === 0) return true;
  const text = `Not installed: ${missing.join(', ')}.`;
  if (process.env.CI) throw new Error(`${text} CI must run these tests.`);
  console.warn(`\n*** ${text} TESTS ARE SKIPPED. ***\n`);
  return false;
}
