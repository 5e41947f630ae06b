import fc from 'fast-check';
import { expect, it } from 'vitest';
import { presentTime } from './present.js';

it('shows any time as ISO 8601 in UTC with milliseconds, whichever was shown before', () => {
  const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
  const sameDay = fc.integer({ min: 1_767_225_600_000, max: 1_767_311_999_999 });
  fc.assert(
    fc.property(fc.array(fc.oneof(time, sameDay), { minLength: 1 }), (times) => {
      for (const each of times) expect(presentTime(each)).toBe(new Date(each).toISOString());
    }),
  );
});
