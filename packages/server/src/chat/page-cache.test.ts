import { describe, expect, it } from 'vitest';
import { noState } from '../store/no-state.js';
import { PageCache } from './page-cache.js';

const state = { ...noState, lastSeq: 4, lastTimestamp: 1_000, readSeq: 2 };
const text = 'x'.repeat(100);
/** Room for so many of these texts. */
const roomFor = (count: number) => count * 700;

describe('a page that was kept', () => {
  it('is found as long as its user’s state is the same', () => {
    const pages = new PageCache(roomFor(10));
    pages.keep('ada', state, text);
    expect(pages.find('bob', state)).toBeUndefined();
    expect(pages.find('ada', { ...state, ratedCount: 1 })).toBe(text);
    expect(pages.find('ada', { ...state })).toBe(text);
  });

  it.each([
    ['there is a new message', { lastSeq: 5, lastTimestamp: 1_001 }],
    ['there are fewer messages', { lastSeq: 3 }],
    ['another message has the number of the newest', { lastTimestamp: 999 }],
    ['more was read', { readSeq: 3 }],
    ['less was read', { readSeq: 0 }],
  ])('is not found when %s', (_, change) => {
    const pages = new PageCache(roomFor(10));
    pages.keep('ada', state, text);
    expect(pages.find('ada', { ...state, ...change })).toBeUndefined();
  });

  it('gives way when there are too many, the one first that was kept first', () => {
    const pages = new PageCache(roomFor(2));
    pages.keep('ada', state, text);
    pages.keep('bob', state, text);
    pages.keep('ada', state, text);
    pages.keep('eve', state, text);
    const found = ['ada', 'bob', 'eve'].filter((key) => pages.find(key, state) !== undefined);
    expect(found).toEqual(['ada', 'eve']);
  });

  it('takes the place of the one before it', () => {
    const pages = new PageCache(roomFor(2));
    pages.keep('bob', state, text);
    for (let lastSeq = 5; lastSeq < 100; lastSeq += 1) {
      pages.keep('ada', { ...state, lastSeq }, text);
    }
    expect(pages.find('bob', state)).toBe(text);
  });

  it('is not kept when it has no room alone', () => {
    const pages = new PageCache(roomFor(2));
    pages.keep('ada', state, text.repeat(100));
    expect(pages.find('ada', state)).toBeUndefined();
    pages.keep('bob', state, text);
    expect(pages.find('bob', state)).toBe(text);
  });
});
