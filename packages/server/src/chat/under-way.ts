/** Counts work that was begun, so that one can wait for its end. */
export interface UnderWay {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createUnderWay(): UnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    async run(work) {
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
        if (count === 0) {
          for (const resolve of waiting.splice(0)) resolve();
        }
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
