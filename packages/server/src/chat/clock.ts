import type { Clock } from './ports.js';

/** The longest wait that `setTimeout` keeps; a longer one fires at once. */
export const longestTimerMs = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    if (ms <= longestTimerMs) {
      const only = setTimeout(task, Math.max(0, ms));
      return () => clearTimeout(only);
    }
    let remaining = ms;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const leg = Math.min(remaining, longestTimerMs);
      remaining -= leg;
      timer = setTimeout(remaining > 0 ? wait : task, leg);
    };
    wait();
    return () => clearTimeout(timer);
  },
};
