import type { Clock } from '../ports/index.js';

/**
 * A clock that advances only by `advance`.
 *
 * @example
 * ```ts
 * import { createChatServer, createManualClock, type ManualClock } from '@chat/server';
 *
 * const clock: ManualClock = createManualClock(Date.parse('2026-03-01T23:59:00Z'));
 * const app = await createChatServer({ clock });
 * clock.advance(120_000); // past midnight: `todayMessages` starts from 0
 * ```
 */
export interface ManualClock extends Clock {
  /** Advances the time and runs the tasks that become due, in order. */
  advance(ms: number): void;
  /** Sets the time without running tasks, also backwards, like a corrected system clock. */
  set(now: number): void;
  /** Cancels every task and returns to the start time. */
  reset(): void;
  /** Number of waiting tasks. */
  readonly pending: number;
}

interface Task {
  readonly due: number;
  readonly run: () => void;
}

/**
 * Creates a clock that advances only by `advance`: for tests, and for the mock's `advance`.
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
