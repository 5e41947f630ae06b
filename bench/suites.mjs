import { cost } from './suites/cost.mjs';
import { realtime } from './suites/realtime.mjs';

/** In the order in which they are run and reported. */
export const suites = [cost, realtime];
