import type { Clock } from './ports.js';

/**
 * A clock that stands still until it is moved.
 *
 * @example
 * ```ts
 * import { createChatServer, createManualClock, type ManualClock } from '@chat/server';
 *
 * const clock: ManualClock = createManualClock(Date.parse('2026-03-01T23:59:00Z'));
 * const app = await createChatServer({ clock });
 * clock.advance(120_000); // past midnight: `todayMessages` begins anew
 * ```
 */
export interface ManualClock extends Clock {
  /** Moves the time on and runs what falls due on the way, in the order in which it does. */
  advance(ms: number): void;
  /** Sets the time without running anything, backwards too, as a corrected machine clock does. */
  set(now: number): void;
  /** Takes back every task and returns to the first moment. */
  reset(): void;
  /** How many tasks wait. */
  readonly pending: number;
}

interface Task {
  readonly due: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until it is moved: for tests, and for the mock's `advance`.
 * @param start milliseconds since the epoch
 * @example
 * ```ts
 * import { createChatServer, createManualClock } from '@chat/server';
 *
 * const clock = createManualClock();
 * const app = await createChatServer({ clock });
 * clock.advance(3_600_000); // every token has expired
 * ```
 */
export function createManualClock(start = Date.UTC(2026, 0, 1, 12)): ManualClock {
  let now = start;
  let tasks: Task[] = [];

  const nextDue = (until: number): Task | undefined => {
    let next: Task | undefined;
    for (const task of tasks) {
      if (task.due <= until && (next === undefined || task.due < next.due)) next = task;
    }
    return next;
  };

  return {
    now: () => now,
    after(ms, run) {
      const task = { due: now + Math.max(0, ms), run };
      tasks.push(task);
      return () => {
        tasks = tasks.filter((other) => other !== task);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (let task = nextDue(until); task !== undefined; task = nextDue(until)) {
        const due = task;
        tasks = tasks.filter((other) => other !== due);
        now = Math.max(now, due.due);
        due.run();
      }
      now = until;
    },
    set(time) {
      now = time;
    },
    reset() {
      now = start;
      tasks = [];
    },
    get pending() {
      return tasks.length;
    },
  };
}
