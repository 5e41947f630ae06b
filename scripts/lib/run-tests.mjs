import { run } from './run.mjs';

/**
 * Runs test files. When one fails, this process ends with 1.
 * @param {string[]} parameters files and options of Vitest
 * @param {Record<string, unknown>} variables of the environment; those without a value are not set
 */
export async function runTests(parameters, variables) {
  const set = Object.entries(variables).filter(([, value]) => value !== undefined);
  const env = Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
  const tests = ['run', '--config', 'vitest.workspace.ts', ...parameters];
  await run('vitest', tests, { env, show: true }).catch(() => {
    process.exitCode = 1;
  });
}
