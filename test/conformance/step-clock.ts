import type { ManualClock } from '../../packages/server/src/chat/manual-clock.js';

const stepMs = 10_000;

/**
 * Moves a clock on in steps, and lets what is under way on the network happen between them: a jump of
 * an hour would look to the server like an hour without a single pong.
 */
export async function stepClock(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    // Two turns of the event loop with the network in between: a ping goes out, its pong comes back.
    for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
