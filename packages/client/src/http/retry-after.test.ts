import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-policy.js';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['whole seconds', '7', 7_000],
    ['zero', '0', 0],
    ['a fraction of a second', '0.25', 250],
    ['a fraction that is rounded up', '1.0001', 1_001],
    ['spaces around', ' 3 ', 3_000],
    ['an IMF-fixdate', 'Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['an RFC 850 date', 'Sunday, 22-Nov-26 12:01:00 GMT', 60_000],
    ['an asctime date', 'Sun Nov 22 12:00:05 2026', 5_000],
    ['an asctime date with a padded day', 'Tue Dec  1 12:00:00 2026', 9 * 86_400_000],
    ['a date in the past', 'Sun, 22 Nov 2026 11:59:00 GMT', 0],
    ['a leap second', 'Sun, 22 Nov 2026 12:00:60 GMT', 60_000],
    ['two digits of the last century', 'Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['two digits of the next decades', 'Thursday, 22-Nov-40 12:00:00 GMT', 441_849_600_000],
  ])('parses %s', (_, value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  it.each([
    null,
    '',
    'soon',
    '-5',
    '+5',
    '1e3',
    '0x10',
    '5, 6',
    '1.',
    'NaN',
    'Infinity',
    '9'.repeat(40),
    '2026-11-22T12:00:30Z',
    'Sun, 22 Nov 2026 12:00:30',
    'Sun, 22 Nov 2026 12:00:30 +0200',
    'Sun, 32 Nov 2026 12:00:30 GMT',
    'Sun, 22 Foo 2026 12:00:30 GMT',
    'Sun, 22 ovD 2026 12:00:30 GMT',
    'Sun, 22 Nov 2026 25:00:30 GMT',
  ])('ignores %s', (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined();
  });
});
