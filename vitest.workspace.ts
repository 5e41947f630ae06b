import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import tsconfig from './tsconfig.json' with { type: 'json' };

// Tests import the sources, so that a failed test names a line of them. Other checks test the packages.
const alias = Object.entries(tsconfig.compilerOptions.paths).map(([name, [path = '']]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}));

/** Looks for timers that it did not start, so it needs a process of its own. */
const isolatedUnitTests = ['packages/client/src/socket/over-tcp.test.ts'];

/** Unit tests share the modules that a worker has loaded: loading them again took most of their time. */
const project = (name: string, include: string[], isolate = false) => ({
  resolve: { alias },
  test: {
    name,
    include,
    exclude: isolate ? [] : isolatedUnitTests,
    isolate,
    environment: 'node' as const,
    restoreMocks: true,
    // Only for tests that hang. On a busy machine, correct tests exceed the shorter defaults.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});

export default defineConfig({
  test: {
    // Concurrent scenarios mostly wait for connections and clocks.
    maxConcurrency: 12,
    // Most files mostly wait, so one worker more than there are processors is faster.
    maxWorkers: 3,
    projects: [
      project('contract', ['packages/contract/src/**/*.test.ts']),
      project('client', ['packages/client/src/**/*.test.ts']),
      project('server', ['packages/server/src/**/*.test.ts']),
      project('test-support', ['packages/test-support/src/**/*.test.ts']),
      project('integration', ['test/**/*.test.ts', ...isolatedUnitTests], true),
    ],
  },
});
