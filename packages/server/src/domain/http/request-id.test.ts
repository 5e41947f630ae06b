import { expect, it } from 'vitest';
import { resolveRequestId } from './request-id.js';

const identifiers = { next: () => 'ours' };

it.each(['abc', 'A-1_2.3:4', 'x'.repeat(128)])('keeps the valid request id %.20s', (id) => {
  expect(resolveRequestId(id, identifiers)).toBe(id);
});

it.each([undefined, '', 'x'.repeat(129), 'a b', 'ä', 'a\nb', 'a\n', '"'])(
  'replaces the invalid request id %j',
  (id) => {
    expect(resolveRequestId(id, identifiers)).toBe('ours');
  },
);
