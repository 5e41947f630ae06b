import { findPostgres, findRedis } from '@chat/test-support';
import { attacks } from './suites/attacks.mjs';
import { calls } from './suites/calls.mjs';
import { capacity } from './suites/capacity.mjs';
import { cost } from './suites/cost.mjs';
import { http } from './suites/http.mjs';
import { imports } from './suites/imports.mjs';
import { realtime } from './suites/realtime.mjs';
import { sizes } from './suites/sizes.mjs';
import { start } from './suites/start.mjs';
import { streams } from './suites/streams.mjs';

/** In the order of the runs and of the report. */
export const suites = [
  sizes,
  imports,
  start,
  calls,
  http,
  realtime,
  streams,
  cost,
  attacks,
  capacity,
];

/** The results of `capacity` can be reported everywhere; a run needs PostgreSQL and Redis. */
export function isRunnable(suite) {
  return suite !== capacity || (findPostgres() !== undefined && findRedis() !== undefined);
}
