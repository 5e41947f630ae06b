import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Long enough for a slow machine.
  test: {
    include: ['test/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
