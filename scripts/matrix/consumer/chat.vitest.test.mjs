import * as packed from '@chat/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { suite } from './suite.mjs';

// Vitest ends its process whatever is left open in it: that it could have ended by itself is looked up.
let before = [];
beforeAll(() => {
  // Without timers: the one that Vitest has at that moment runs out, and would hide one of ours.
  before = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
});
afterAll(async () => {
  // What is let go takes a moment to go: an answer's line is kept for the next call a while.
  const givenUpAt = performance.now() + 20_000;
  while (leftOpen().length > 0 && performance.now() < givenUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(leftOpen()).toEqual([]);
}, 30_000);

test('everything', async () => {
  const done = await suite(packed, JSON.parse(process.env.CHAT_STAGE));
  expect(done.at(-1)).toBe('close');
}, 60_000);

/** What keeps the process alive and did not at the beginning, by the names that Node gives it. */
function leftOpen() {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const place = known.indexOf(name);
    if (place !== -1) known.splice(place, 1);
    return place === -1;
  });
}
