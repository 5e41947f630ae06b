import type { ManualClock } from '../../packages/server/src/domain/runtime/manual-clock.js';

const stepMs = 10_000;

/**
 * Advances a clock in steps and lets network events happen between them. After a single jump of an hour
 * the server would have received no pong for an hour, and would close the sockets.
 */
export async function stepClock(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    // Several turns of the event loop: a ping is sent, and its pong is received.
    for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
