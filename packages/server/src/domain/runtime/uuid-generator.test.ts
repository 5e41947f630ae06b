import { expect, it } from 'vitest';
import { createManualClock } from './manual-clock.js';
import { createUuidGenerator } from './uuid-generator.js';

it('creates UUIDs of version 7 that sort by creation time', () => {
  const clock = createManualClock();
  const identifiers = createUuidGenerator(clock);
  const made = Array.from({ length: 100 }, () => {
    clock.advance(1);
    return identifiers.next();
  });
  for (const id of made) {
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }
  expect(made.toSorted()).toEqual(made);
  expect(Number.parseInt(made.at(-1)!.replaceAll('-', '').slice(0, 12), 16)).toBe(clock.now());
  expect(new Set(Array.from({ length: 1000 }, () => identifiers.next())).size).toBe(1000);
});
