import { describe } from 'vitest';
import { fanOutSuite } from './fan-out-suite.js';
import { leasesSuite } from './leases-suite.js';
import { limiterSuite } from './limiter-suite.js';
import type { SharedStateSubject } from './shared-state-subject.js';
import { turnsSuite } from './turns-suite.js';

/** What holds however instances share: in one process, or over Redis. */
export function sharedStateSuite(subject: SharedStateSubject): void {
  describe(`what is shared ${subject.name}`, () => {
    limiterSuite(subject);
    leasesSuite(subject);
    turnsSuite(subject);
    fanOutSuite(subject);
  });
}
