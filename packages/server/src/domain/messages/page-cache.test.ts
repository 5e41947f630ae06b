import { describe, expect, it } from 'vitest';
import { PageCache, pageJson } from './page-cache.js';

const position = { lastSeq: 4, lastTimestamp: 1_000, readSeq: 2 };
const text = 'x'.repeat(100);
/** The size of a cache for this number of texts. */
const roomFor = (count: number) => count * 700;

describe('a cached page', () => {
  it("is found while its user's position is the same", () => {
    const pages = new PageCache(roomFor(10));
    pages.set('ada', position, text);
    expect(pages.get('bob', position)).toBeUndefined();
    expect(pages.get('ada', { ...position })).toBe(text);
  });

  it.each([
    ['there is a new message', { lastSeq: 5, lastTimestamp: 1_001 }],
    ['there are fewer messages', { lastSeq: 3 }],
    ['another message has the number of the newest', { lastTimestamp: 999 }],
    ['more was read', { readSeq: 3 }],
    ['less was read', { readSeq: 0 }],
  ])('is not found when %s', (_, change) => {
    const pages = new PageCache(roomFor(10));
    pages.set('ada', position, text);
    expect(pages.get('ada', { ...position, ...change })).toBeUndefined();
  });

  it('is evicted when the cache is full, oldest first', () => {
    const pages = new PageCache(roomFor(2));
    pages.set('ada', position, text);
    pages.set('bob', position, text);
    pages.set('ada', position, text);
    pages.set('eve', position, text);
    const found = ['ada', 'bob', 'eve'].filter((key) => pages.get(key, position) !== undefined);
    expect(found).toEqual(['ada', 'eve']);
  });

  it('replaces the previous one of the same key', () => {
    const pages = new PageCache(roomFor(2));
    pages.set('bob', position, text);
    for (let lastSeq = 5; lastSeq < 100; lastSeq += 1) {
      pages.set('ada', { ...position, lastSeq }, text);
    }
    expect(pages.get('bob', position)).toBe(text);
  });

  it('is not cached when it is larger than the cache', () => {
    const pages = new PageCache(roomFor(2));
    pages.set('ada', position, text.repeat(100));
    expect(pages.get('ada', position)).toBeUndefined();
    pages.set('bob', position, text);
    expect(pages.get('bob', position)).toBe(text);
  });
});

describe('the known messages of a page', () => {
  const texts = ['{"id":"a"}', '{"id":"b,c"}', '{"id":"d"}'];
  const json = pageJson(texts, { total: 4 });
  const grown = { ...position, lastSeq: 5, lastTimestamp: 1_001 };

  it.each([
    ['asc', texts],
    ['desc', texts.toReversed()],
  ] as const)('are found by their numbers (%s)', (order, expected) => {
    const pages = new PageCache(roomFor(10));
    pages.set('ada', position, json, { range: { from: 2, to: 4 }, order, texts });
    const known = pages.known('ada', grown);
    expect([2, 3, 4].map((seq) => known?.textOf(seq))).toEqual(expected);
    expect(known?.position).toEqual(position);
  });

  it.each([
    ['more was read', { readSeq: 3 }],
    ['there is no new message', { lastSeq: 4 }],
  ])('are not found when %s', (_, change) => {
    const pages = new PageCache(roomFor(10));
    pages.set('ada', position, json, { range: { from: 2, to: 4 }, order: 'asc', texts });
    expect(pages.known('ada', { ...grown, ...change })).toBeUndefined();
  });

  it('are not kept for a page without numbers', () => {
    const pages = new PageCache(roomFor(10));
    pages.set('ada', position, json);
    expect(pages.known('ada', grown)).toBeUndefined();
  });
});
