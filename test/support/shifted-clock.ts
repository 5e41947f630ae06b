import type { Clock } from '../../packages/server/src/domain/ports/index.js';
import { systemClock } from '../../packages/server/src/domain/runtime/system-clock.js';

/** The system clock plus an offset. `advance` increases the offset, and timers fire that much earlier. */
export function createShiftedClock(): Clock & { advance(ms: number): void } {
  let offsetMs = 0;
  /** Reschedules each pending timer. */
  const timers = new Set<() => void>();
  const now = () => systemClock.now() + offsetMs;
  return {
    now,
    after(ms, task) {
      const due = now() + ms;
      let cancel = () => {};
      const schedule = () => {
        cancel();
        cancel = systemClock.after(due - now(), () => {
          timers.delete(schedule);
          task();
        });
      };
      timers.add(schedule);
      schedule();
      return () => {
        timers.delete(schedule);
        cancel();
      };
    },
    advance(ms) {
      offsetMs += ms;
      for (const schedule of timers) schedule();
    },
  };
}
