import { findPostgres } from '../scripts/cluster/postgres.mjs';
import { hasRedis } from '../scripts/cluster/redis.mjs';
import { calls } from './suites/calls.mjs';
import { capacity } from './suites/capacity.mjs';
import { cost } from './suites/cost.mjs';
import { http } from './suites/http.mjs';
import { imports } from './suites/imports.mjs';
import { realtime } from './suites/realtime.mjs';
import { sizes } from './suites/sizes.mjs';

/** In the order in which they are run and reported. */
export const suites = [sizes, imports, calls, http, realtime, cost, capacity];

/** What needs PostgreSQL and Redis can be reported everywhere, and run only where they are. */
export function isRunnable(suite) {
  return suite !== capacity || (findPostgres() !== undefined && hasRedis());
}
