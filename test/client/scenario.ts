import { test } from 'vitest';
import type { Target } from './target.js';
import {
  createTestEnvironment,
  type EnvironmentOptions,
  type TestEnvironment,
} from './test-environment.js';

const timeoutMs = 60_000;

/** Declares a scenario with its title, its steps and the options of its environment. */
export type Scenario = (
  name: string,
  run: (env: TestEnvironment) => Promise<void>,
  setup?: EnvironmentOptions,
) => void;

/** Each scenario has its own environment; they run concurrently if the target allows it. */
export function scenarios(target: Target): Scenario {
  // A proxy forwards to a fixed port, so only one backend can run at a time.
  const declare = target.proxy === undefined ? test.concurrent : test;
  return (name, run, setup = {}) => {
    declare(
      name,
      async () => {
        const env = await createTestEnvironment(target, setup);
        try {
          await run(env);
        } finally {
          await env.dispose();
        }
      },
      timeoutMs,
    );
  };
}

/** The expected value for a backend with the extension, or for a core-only one. */
export function expected<T, U>(supported: boolean, by: { extension: T; coreOnly: U }): T | U {
  return supported ? by.extension : by.coreOnly;
}
