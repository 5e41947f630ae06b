import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Long enough for a slow machine.
  test: {
    // The others need Chromium.
    include: [process.env.CHAT_BROWSER ? 'test/layout.test.ts' : 'test/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
