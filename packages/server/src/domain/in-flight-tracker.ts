/** Counts running operations, so that a shutdown can wait for them. */
export interface InFlightTracker {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Waits inside such an operation without counting it. */
  runOutside(wait: Promise<void>): Promise<void>;
  /** Resolves when nothing is in flight. */
  whenIdle(): Promise<void>;
}

export function createInFlightTracker(): InFlightTracker {
  let count = 0;
  let idleListeners: (() => void)[] = [];
  const leave = (): void => {
    count -= 1;
    if (count > 0) return;
    for (const resolve of idleListeners.splice(0)) resolve();
  };
  return {
    run(work) {
      const done = work();
      count += 1;
      done.then(leave, leave);
      return done;
    },
    async runOutside(wait) {
      leave();
      try {
        await wait;
      } finally {
        count += 1;
      }
    },
    whenIdle() {
      if (count === 0) return Promise.resolve();
      return new Promise((resolve) => {
        idleListeners = [...idleListeners, resolve];
      });
    },
  };
}
