import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serializeTime } from './serialize.js';

it('formats any time as ISO 8601 in UTC with milliseconds, whatever was formatted before', () => {
  const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
  const sameDay = fc.integer({ min: 1_767_225_600_000, max: 1_767_311_999_999 });
  fc.assert(
    fc.property(fc.array(fc.oneof(time, sameDay), { minLength: 1 }), (times) => {
      for (const each of times) expect(serializeTime(each)).toBe(new Date(each).toISOString());
    }),
  );
});
