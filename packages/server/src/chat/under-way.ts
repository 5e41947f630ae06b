/** Counts work that was begun, so that one can wait for its end. */
export interface UnderWay {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Waits, within such work, for what others do; it does not count meanwhile. */
  pause(wait: Promise<void>): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createUnderWay(): UnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];
  const leave = (): void => {
    count -= 1;
    if (count > 0) return;
    for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    run(work) {
      const done = work();
      count += 1;
      done.then(leave, leave);
      return done;
    },
    async pause(wait) {
      leave();
      try {
        await wait;
      } finally {
        count += 1;
      }
    },
    idle() {
      if (count === 0) return Promise.resolve();
      return new Promise((resolve) => {
        waiting = [...waiting, resolve];
      });
    },
  };
}
