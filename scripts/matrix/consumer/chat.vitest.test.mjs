import * as packed from '@chat/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { suite } from './suite.mjs';

// Vitest ends its process although handles are open, so the test compares the open handles itself.
let before = [];
beforeAll(() => {
  // Without timers: one of Vitest's expires during the test and would hide one of ours.
  before = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
});
afterAll(async () => {
  // A keep-alive connection stays open for a moment.
  const deadline = performance.now() + 20_000;
  while (leftOpen().length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(leftOpen()).toEqual([]);
}, 30_000);

test('everything', async () => {
  const done = await suite(packed, JSON.parse(process.env.CHAT_TEST_SERVER));
  expect(done.at(-1)).toBe('close');
}, 60_000);

/** The names of the handles that were not open at the beginning. */
function leftOpen() {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const index = known.indexOf(name);
    if (index !== -1) known.splice(index, 1);
    return index === -1;
  });
}
