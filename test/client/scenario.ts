import { test } from 'vitest';
import { openStage, type Stage, type StageSetup } from './stage.js';
import type { Target } from './target.js';

/** Time in which a scenario that goes wrong is called off. */
const longestMs = 60_000;

/** Declares a scenario: what a user sees, how it is played, and what the backend is set to. */
export type Scenario = (
  name: string,
  play: (stage: Stage) => Promise<void>,
  setup?: StageSetup,
) => void;

/** Scenarios on a stage each, which run side by side where the target allows it. */
export function scenarios(target: Target): Scenario {
  // An intermediary looks for the backend at one port, so that only one can be there at a time.
  const declare = target.through === undefined ? test.concurrent : test;
  return (name, play, setup = {}) => {
    declare(
      name,
      async () => {
        const stage = await openStage(target, setup);
        try {
          await play(stage);
        } finally {
          await stage.leave();
        }
      },
      longestMs,
    );
  };
}

/** What is to be expected: where the extension is offered, and of a backend that knows only the core. */
export function expected<T, U>(offered: boolean, by: { extension: T; coreOnly: U }): T | U {
  return offered ? by.extension : by.coreOnly;
}
