import type { Clock } from '../ports/index.js';

/** The maximum delay of `setTimeout`; a longer one fires immediately. */
export const maxTimerMs = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    if (ms <= maxTimerMs) {
      const single = setTimeout(task, Math.max(0, ms));
      return () => clearTimeout(single);
    }
    let remaining = ms;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const stepMs = Math.min(remaining, maxTimerMs);
      remaining -= stepMs;
      timer = setTimeout(remaining > 0 ? wait : task, stepMs);
    };
    wait();
    return () => clearTimeout(timer);
  },
};
