import { systemClock } from '../../packages/server/src/chat/clock.js';
import type { Clock } from '../../packages/server/src/chat/ports.js';

/** The machine's clock with a lead that grows: what waits waits so much less. */
export function createShiftedClock(): Clock & { skip(ms: number): void } {
  let leadMs = 0;
  /** How to set each wait anew. */
  const waiting = new Set<() => void>();
  const now = () => systemClock.now() + leadMs;
  return {
    now,
    after(ms, task) {
      const due = now() + ms;
      let cancel = () => {};
      const wait = () => {
        cancel();
        cancel = systemClock.after(due - now(), () => {
          waiting.delete(wait);
          task();
        });
      };
      waiting.add(wait);
      wait();
      return () => {
        waiting.delete(wait);
        cancel();
      };
    },
    skip(ms) {
      leadMs += ms;
      for (const wait of waiting) wait();
    },
  };
}
