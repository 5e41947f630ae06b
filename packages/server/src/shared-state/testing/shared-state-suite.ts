import { describe } from 'vitest';
import { fanOutSuite } from './fan-out-suite.js';
import { leasesSuite } from './leases-suite.js';
import { limiterSuite } from './limiter-suite.js';
import type { SharedStateUnderTest } from './shared-state-under-test.js';
import { turnsSuite } from './turns-suite.js';

/** What every implementation of shared state must do: in one process, and over Redis. */
export function sharedStateSuite(subject: SharedStateUnderTest): void {
  describe(`the shared state ${subject.name}`, () => {
    limiterSuite(subject);
    leasesSuite(subject);
    turnsSuite(subject);
    fanOutSuite(subject);
  });
}
