import { findPostgres } from '../scripts/cluster/postgres.mjs';
import { hasRedis } from '../scripts/cluster/redis.mjs';
import { calls } from './suites/calls.mjs';
import { capacity } from './suites/capacity.mjs';
import { cost } from './suites/cost.mjs';
import { http } from './suites/http.mjs';
import { imports } from './suites/imports.mjs';
import { realtime } from './suites/realtime.mjs';
import { sizes } from './suites/sizes.mjs';

const hasEngines = findPostgres() !== undefined && hasRedis();

/** In the order in which they are run and reported; what needs PostgreSQL and Redis only where they are. */
export const suites = [
  ...[sizes, imports, calls, http, realtime, cost],
  ...(hasEngines ? [capacity] : []),
];
