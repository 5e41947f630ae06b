import { describe, expect, it } from 'vitest';
import type { UserState, UserTransaction } from '../../../domain/ports/store.js';
import type { StoreUnderTest } from './store-under-test.js';

export function describeCheck(subject: StoreUnderTest): void {
  describe('check', () => {
    it('finds nothing in a valid store', async () => {
      const { id } = await subject.append('ada', 'hello');
      await subject.append('ada', 'hi', { role: 'assistant', replyTo: id });
      await subject.append('ada', 'and you?');
      await subject.append('ada', 'hi again, late', { role: 'assistant', replyTo: id });
      await subject.append('ada', 'are you there?', { role: 'assistant' });
      await subject.store.transaction('ada', (tx) => {
        const record = { userId: 'ada', createdAt: 1 };
        tx.saveIdempotencyRecord({ ...record, key: 'k', userSeq: 1, replySeq: 2 });
        tx.saveIdempotencyRecord({ ...record, key: 'stopped', userSeq: 3, replySeq: 3 });
      });
      expect(await subject.store.check()).toEqual([]);
    });

    const breakState = (change: Partial<UserState>) => (tx: UserTransaction) =>
      tx.saveState({ ...tx.state, ...change });
    const breakSession = (change: object) => (tx: UserTransaction) => {
      const { state } = tx;
      tx.saveState({ ...state, session: { ...state.session!, ...change } });
    };
    const addMessage = (change: object) => (tx: UserTransaction) => {
      const { message, state } = tx;
      tx.insertMessage({ ...message!, id: 'm3', seq: 3, sessionSeq: 3, ...change });
      const session = { ...state.session!, messageCount: 3 };
      tx.saveState({ ...state, lastSeq: 3, session });
    };
    const addTurn = (userSeq: number, replySeq?: number) => (tx: UserTransaction) => {
      const made = { userId: 'ada', key: 'k', userSeq, createdAt: 1 };
      return tx.saveIdempotencyRecord(replySeq === undefined ? made : { ...made, replySeq });
    };

    it.each([
      ['a gap in the numbers', addMessage({ seq: 4 }), 'message number 4, expected 3'],
      ['a gap in a session', addMessage({ sessionSeq: 4 }), 'number 4 of its session, expected 3'],
      ['decreasing times', addMessage({ timestamp: 0 }), 'older than the one before'],
      ['a message without a session', addMessage({ sessionId: 'x' }), 'which is not stored'],
      ['a reply to nothing', addMessage({ replyTo: 'x' }), 'replies to "x", which is not'],
      ['a reply to itself', addMessage({ replyTo: 'm3' }), 'replies to "m3", which is not'],
      [
        'a reply to a reply',
        addMessage({ replyTo: 'ada-message-2' }),
        'which is not an earlier message',
      ],
      [
        'a reply to another user’s message',
        addMessage({ replyTo: 'bob-message-1' }),
        'of the user',
      ],
      ['a wrong number of messages', breakState({ lastSeq: 3 }), 'counts 3 messages, but 2'],
      ['a wrong number of sessions', breakState({ sessionCount: 2 }), 'counts 2 sessions, but 1'],
      [
        'a wrong number of ratings',
        breakState({ ratedCount: 1 }),
        '0 satisfied of 1 ratings, but 0 of 0',
      ],
      ['a state older than its messages', breakState({ lastTimestamp: 0 }), 'newer than the state'],
      [
        'a read position after the last message',
        breakState({ readSeq: 3 }),
        'more messages are read',
      ],
      [
        'more response times than replies',
        breakState({ responseCount: 2 }),
        'more response times are counted',
      ],
      [
        'a day that counts too much',
        breakState({ dayMessages: 3 }),
        'the counters of the day exceed',
      ],
      [
        'a session with a wrong count',
        breakSession({ messageCount: 1 }),
        'counts 1 messages, but 2',
      ],
      [
        'a session with a wrong first message',
        breakSession({ firstSeq: 2 }),
        'has the first message 2, expected 1.',
      ],
      [
        'a session with a wrong ordinal',
        breakSession({ ordinal: 2, id: 's' }),
        'counts 1 sessions, but 2',
      ],
      [
        'a session with an early last time',
        breakSession({ lastMessageTime: 1 }),
        'newer than its last',
      ],
      ['a session with a late start', breakSession({ startTime: 9 }), 'starts after its last'],
      ['a turn that starts with a reply', addTurn(2), 'which is not a message of the user'],
      ['a turn without a message', addTurn(9), 'which is not a message of the user'],
      [
        'a turn that ends with a user message',
        (tx: UserTransaction) => {
          addMessage({ role: 'user' })(tx);
          addTurn(1, 3)(tx);
        },
        'which is not a reply',
      ],
      ['a turn without its reply', addTurn(1, 9), 'which is not a reply'],
    ])('finds %s', async (_, corrupt, message) => {
      await subject.append('bob', 'valid data of another user');
      await subject.append('ada', 'hello');
      const { id } = await subject.append('ada', 'hi', { role: 'assistant' });
      await subject.store.transaction('ada', corrupt, { messageId: id });
      const problems = await subject.store.check();
      expect(problems.join('\n')).toContain(message);
      expect(problems.join('\n')).not.toContain('User bob');
    });
  });
}
