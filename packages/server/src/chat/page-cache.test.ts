import { describe, expect, it } from 'vitest';
import { PageCache } from './page-cache.js';

const position = { lastSeq: 4, lastTimestamp: 1_000, readSeq: 2 };
const text = 'x'.repeat(100);
/** Room for so many of these texts. */
const roomFor = (count: number) => count * 700;

describe('a page that was kept', () => {
  it('is found as long as its user’s position is the same', () => {
    const pages = new PageCache(roomFor(10));
    pages.keep('ada', position, text);
    expect(pages.find('bob', position)).toBeUndefined();
    expect(pages.find('ada', { ...position })).toBe(text);
  });

  it.each([
    ['there is a new message', { lastSeq: 5, lastTimestamp: 1_001 }],
    ['there are fewer messages', { lastSeq: 3 }],
    ['another message has the number of the newest', { lastTimestamp: 999 }],
    ['more was read', { readSeq: 3 }],
    ['less was read', { readSeq: 0 }],
  ])('is not found when %s', (_, change) => {
    const pages = new PageCache(roomFor(10));
    pages.keep('ada', position, text);
    expect(pages.find('ada', { ...position, ...change })).toBeUndefined();
  });

  it('gives way when there are too many, the one first that was kept first', () => {
    const pages = new PageCache(roomFor(2));
    pages.keep('ada', position, text);
    pages.keep('bob', position, text);
    pages.keep('ada', position, text);
    pages.keep('eve', position, text);
    const found = ['ada', 'bob', 'eve'].filter((key) => pages.find(key, position) !== undefined);
    expect(found).toEqual(['ada', 'eve']);
  });

  it('takes the place of the one before it', () => {
    const pages = new PageCache(roomFor(2));
    pages.keep('bob', position, text);
    for (let lastSeq = 5; lastSeq < 100; lastSeq += 1) {
      pages.keep('ada', { ...position, lastSeq }, text);
    }
    expect(pages.find('bob', position)).toBe(text);
  });

  it('is not kept when it has no room alone', () => {
    const pages = new PageCache(roomFor(2));
    pages.keep('ada', position, text.repeat(100));
    expect(pages.find('ada', position)).toBeUndefined();
    pages.keep('bob', position, text);
    expect(pages.find('bob', position)).toBe(text);
  });
});
