import { createKeyedQueue } from '../../domain/keyed-queue.js';
import { sharedStateSuite } from '../testing/shared-state-suite.js';
import { createInProcessFanOut } from './in-process-fan-out.js';
import { createInProcessLeases } from './in-process-leases.js';
import { createInProcessLimiter } from './in-process-limiter.js';

sharedStateSuite({
  name: 'in one process',
  open: async ({ clock, maxQueuedTurns }) => [
    {
      limiter: createInProcessLimiter(clock),
      leases: createInProcessLeases(),
      turns: createKeyedQueue({ maxQueuedTurns }),
      fanOut: createInProcessFanOut({ error: () => {} }),
    },
  ],
});
