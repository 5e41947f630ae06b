import { expect, it } from 'vitest';
import { requestIdOf } from './request-id.js';

const identifiers = { next: () => 'ours' };

it.each(['abc', 'A-1_2.3:4', 'x'.repeat(128)])('the sane request id %.20s is kept', (id) => {
  expect(requestIdOf(id, identifiers)).toBe(id);
});

it.each([undefined, '', 'x'.repeat(129), 'a b', 'ä', 'a\nb', 'a\n', '"'])(
  'the request id %j is replaced by one of ours',
  (id) => {
    expect(requestIdOf(id, identifiers)).toBe('ours');
  },
);
