import { sharedStateSuite } from '../testing/shared-state-suite.js';
import { createInProcessFanOut } from './in-process-fan-out.js';
import { createInProcessLeases } from './in-process-leases.js';
import { createInProcessLimiter } from './in-process-limiter.js';
import { createInProcessTurnQueue } from './in-process-turn-queue.js';

sharedStateSuite({
  name: 'in one process',
  open: async ({ clock, maxQueuedTurns }) => [
    {
      limiter: createInProcessLimiter(clock),
      leases: createInProcessLeases(),
      turns: createInProcessTurnQueue({ maxQueuedTurns }),
      fanOut: createInProcessFanOut({ error: () => {} }),
    },
  ],
});
