import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import tsconfig from './tsconfig.json' with { type: 'json' };

// Tests import the sources, so that a failed test names a line of them. Other checks test the packages.
const alias = Object.entries(tsconfig.compilerOptions.paths).map(([name, [path = '']]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}));

/** Chromium without windows: a Debian package of its own. Pages take about half the processor time. */
const headlessShell = '/usr/bin/chromium-headless-shell';
const { CHROMIUM_PATH = existsSync(headlessShell) ? headlessShell : undefined } = process.env;

/** These test files take longest and mostly wait. If they started late, they would run alone at the end. */
const slowest = ['test/survival/failures.test.ts', 'test/cluster/cluster.test.ts'];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      slowest.some((path) => moduleId.endsWith(path));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

/** These test files compare the resources or the memory of their process before and after the tests, so each needs its own process. */
const isolatedTests = [
  'packages/client/src/socket/over-tcp.test.ts',
  'test/{ai-sdk,chaos,client,frameworks,react}/**/*.test.ts',
  'test/replies/many-streams.test.ts',
];

/** Other tests share the modules that a worker has loaded: loading them again took most of the time of many files. */
const project = (name: string, include: string[], isolate = false) => ({
  resolve: { alias },
  test: {
    name,
    include,
    exclude: isolate ? [] : isolatedTests,
    isolate,
    env: CHROMIUM_PATH === undefined ? {} : { CHROMIUM_PATH },
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
    // Most files mostly wait, so more workers than processors are faster.
    maxWorkers: 6,
    sequence: { sequencer: SlowestFirst },
    projects: [
      project('shared', ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts']),
      project('isolated', isolatedTests, true),
    ],
  },
});
