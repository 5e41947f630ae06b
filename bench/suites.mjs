import { calls } from './suites/calls.mjs';
import { cost } from './suites/cost.mjs';
import { http } from './suites/http.mjs';
import { imports } from './suites/imports.mjs';
import { realtime } from './suites/realtime.mjs';
import { sizes } from './suites/sizes.mjs';

/** In the order in which they are run and reported. */
export const suites = [sizes, imports, calls, http, realtime, cost];
