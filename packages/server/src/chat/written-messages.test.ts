import { describe, expect, it } from 'vitest';
import { noState } from '../store/no-state.js';
import { presentMessage } from './present.js';
import type { MessageRecord } from './store.js';
import { WrittenMessages } from './written-messages.js';

const message = (userId: string, seq: number, delivered = true): MessageRecord => ({
  id: `${userId}-${seq}`,
  userId,
  seq,
  sessionId: 's',
  sessionSeq: seq,
  role: 'user',
  content: 'text',
  timestamp: seq,
  delivered,
});
const stateAt = (lastSeq: number, readSeq = 0) => ({ ...noState, lastSeq, readSeq });
const write = (written: WrittenMessages, record: MessageRecord, state = stateAt(record.seq)) =>
  written.add(record, presentMessage(record, state.readSeq), state);
const writeAll = (written: WrittenMessages, userId: string, count: number) =>
  Array.from({ length: count }, (_, index) => write(written, message(userId, index + 1)));
/** How many bytes so many of these messages take, at most. */
const roomFor = (count: number) => count * 380;

describe('messages that were written', () => {
  it('are found as a range when all of it is there, and not at all when one lacks', () => {
    const written = new WrittenMessages(roomFor(100));
    const texts = writeAll(written, 'ada', 5);
    write(written, message('ada', 7));
    const state = stateAt(7);
    expect(written.find('ada', { from: 2, to: 5 }, state)).toEqual(texts.slice(1));
    expect(written.find('ada', { from: 4, to: 7 }, state)).toBeUndefined();
    expect(written.find('ada', { from: 0, to: 2 }, state)).toBeUndefined();
    expect(written.find('bob', { from: 1, to: 1 }, state)).toBeUndefined();
  });

  it('are not found once they were read, until they are written so', () => {
    const written = new WrittenMessages(roomFor(100));
    writeAll(written, 'ada', 3);
    const state = stateAt(3, 2);
    expect(written.find('ada', { from: 2, to: 3 }, state)).toBeUndefined();
    expect(written.find('ada', { from: 3, to: 3 }, state)).toHaveLength(1);
    const text = write(written, message('ada', 2), state);
    expect(text).toContain('"status":"read"');
    expect(written.find('ada', { from: 2, to: 2 }, state)).toEqual([text]);
  });

  it('are not kept before they were delivered', () => {
    const written = new WrittenMessages(roomFor(100));
    const text = write(written, message('ada', 1, false));
    expect(text).toContain('"status":"sent"');
    expect(written.find('ada', { from: 1, to: 1 }, stateAt(1))).toBeUndefined();
  });

  it('are forgotten when the user has fewer than that by now', () => {
    const written = new WrittenMessages(roomFor(100));
    writeAll(written, 'ada', 3);
    expect(written.find('ada', { from: 1, to: 1 }, stateAt(1))).toBeUndefined();
    expect(written.find('ada', { from: 1, to: 1 }, stateAt(3))).toBeUndefined();
  });

  it('are let go user by user, who was not asked for the longest first, when there are too many', () => {
    const written = new WrittenMessages(roomFor(25));
    for (const user of ['ada', 'bob']) writeAll(written, user, 10);
    written.find('ada', { from: 1, to: 1 }, stateAt(10));
    writeAll(written, 'eve', 10);
    const all = { from: 1, to: 10 };
    expect(written.find('bob', { from: 1, to: 1 }, stateAt(10))).toBeUndefined();
    expect(written.find('ada', all, stateAt(10))).toHaveLength(10);
    expect(written.find('eve', all, stateAt(10))).toHaveLength(10);
  });

  it('stay few although one user reads a long history', () => {
    const written = new WrittenMessages(roomFor(20));
    const last = writeAll(written, 'ada', 1_000).length;
    const kept = Array.from({ length: last }, (_, index) => index + 1).filter(
      (seq) => written.find('ada', { from: seq, to: seq }, stateAt(last)) !== undefined,
    );
    expect(kept.length).toBeLessThan(30);
  });
});
