import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

// Tests read the sources, so that a red test names the line to mend; what is packed is proven apart.
const alias = [
  { find: /^@chat\/contract$/, replacement: source('contract/src/index.ts') },
  { find: /^@chat\/contract\/documents$/, replacement: source('contract/src/documents/index.ts') },
  { find: /^@chat\/client$/, replacement: source('client/src/index.ts') },
  { find: /^@chat\/client\/react$/, replacement: source('client/src/react/index.ts') },
  { find: /^@chat\/server$/, replacement: source('server/src/index.ts') },
  { find: /^@chat\/server\/msw$/, replacement: source('server/src/msw/index.ts') },
];

const project = (name: string, include: string[]) => ({
  resolve: { alias },
  test: {
    name,
    include,
    environment: 'node' as const,
    restoreMocks: true,
    // How long is waited for what hangs, and no more than that: on a busy machine the defaults turn into assertions
    // on its speed, and good tests fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});

export default defineConfig({
  test: {
    // Scenarios that run side by side wait for lines and clocks far more than they compute.
    maxConcurrency: 12,
    // Most files wait more than they compute: one worker more than the default leaves no core idle.
    maxWorkers: 3,
    projects: [
      project('contract', ['packages/contract/src/**/*.test.ts']),
      project('client', ['packages/client/src/**/*.test.ts']),
      project('server', ['packages/server/src/**/*.test.ts']),
      project('integration', ['test/**/*.test.ts']),
    ],
  },
});
