import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../chat/store.js';
import { MessageCache } from './message-cache.js';

const message = (userId: string, seq: number, content = 'text'): MessageRecord => ({
  id: `${userId}-${seq}`,
  userId,
  seq,
  sessionId: 's',
  sessionSeq: seq,
  role: 'user',
  content,
  timestamp: seq,
  delivered: true,
});
const messages = (userId: string, count: number) =>
  Array.from({ length: count }, (_, index) => message(userId, index + 1));

describe('the message cache', () => {
  it('gives a range when it has all of it, and nothing when it lacks one', () => {
    const cache = new MessageCache(1_000_000);
    cache.add('ada', messages('ada', 5));
    cache.add('ada', [message('ada', 7)]);
    expect(cache.find('ada', { from: 2, to: 5 })).toEqual(messages('ada', 5).slice(1));
    expect(cache.find('ada', { from: 4, to: 7 })).toBeUndefined();
    expect(cache.find('ada', { from: 0, to: 2 })).toBeUndefined();
    expect(cache.find('bob', { from: 1, to: 1 })).toBeUndefined();
  });

  it('forgets what may change of a message', () => {
    const cache = new MessageCache(1_000_000);
    cache.add('ada', [{ ...message('ada', 1), delivered: false, satisfied: true }]);
    expect(cache.find('ada', { from: 1, to: 1 })).toEqual([message('ada', 1)]);
  });

  it('lets go of the users who were not asked for the longest when it is full', () => {
    const cache = new MessageCache(10_000);
    for (const user of ['ada', 'bob']) cache.add(user, messages(user, 10));
    cache.find('ada', { from: 1, to: 1 });
    cache.add('eve', messages('eve', 10));
    expect(cache.find('bob', { from: 1, to: 1 })).toBeUndefined();
    expect(cache.find('ada', { from: 1, to: 10 })).toHaveLength(10);
    expect(cache.find('eve', { from: 1, to: 10 })).toHaveLength(10);
  });

  it('stays small although one user reads a long history', () => {
    const cache = new MessageCache(10_000);
    for (let seq = 1; seq <= 1_000; seq += 1) cache.add('ada', [message('ada', seq)]);
    const kept = Array.from({ length: 1_000 }, (_, index) => index + 1).filter(
      (seq) => cache.find('ada', { from: seq, to: seq }) !== undefined,
    );
    expect(kept.length).toBeLessThan(25);
  });

  it('keeps nothing of a walk through everything', () => {
    const cache = new MessageCache(10_000_000);
    cache.add('ada', messages('ada', 1_001));
    expect(cache.find('ada', { from: 1, to: 1 })).toBeUndefined();
  });
});
