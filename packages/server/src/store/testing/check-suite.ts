import { describe, expect, it } from 'vitest';
import type { UserState, UserTransaction } from '../../chat/store.js';
import type { StoreSubject } from './store-subject.js';

export function describeCheck(subject: StoreSubject): void {
  describe('check', () => {
    it('finds nothing in a sound store', async () => {
      const { id } = await subject.say('ada', 'hello');
      await subject.say('ada', 'hi', { role: 'assistant', replyTo: id });
      await subject.say('ada', 'and you?');
      await subject.say('ada', 'hi again, late', { role: 'assistant', replyTo: id });
      await subject.say('ada', 'are you there?', { role: 'assistant' });
      await subject.store.transaction('ada', (tx) =>
        tx.saveTurn({ userId: 'ada', key: 'k', userSeq: 1, replySeq: 2, createdAt: 1 }),
      );
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
      return tx.saveTurn(replySeq === undefined ? made : { ...made, replySeq });
    };

    it.each([
      ['a gap in the numbers', addMessage({ seq: 4 }), 'numbered 4 stands where 3'],
      ['a gap in a session', addMessage({ sessionSeq: 4 }), 'number 4 of its session where 3'],
      ['time that runs backwards', addMessage({ timestamp: 0 }), 'older than the one before'],
      ['a message of no session', addMessage({ sessionId: 'x' }), 'which is not stored'],
      ['a reply to nothing', addMessage({ replyTo: 'x' }), 'answers "x", which is no'],
      ['a reply to itself', addMessage({ replyTo: 'm3' }), 'answers "m3", which is no'],
      [
        'a reply to a reply',
        addMessage({ replyTo: 'ada-message-2' }),
        'which is no earlier message',
      ],
      ['a reply to somebody else', addMessage({ replyTo: 'bob-message-1' }), 'of the user'],
      ['a wrong number of messages', breakState({ lastSeq: 3 }), 'counts 3 messages where 2'],
      ['a wrong number of sessions', breakState({ sessionCount: 2 }), 'counts 2 sessions where 1'],
      [
        'a wrong number of ratings',
        breakState({ ratedCount: 1 }),
        '0 satisfied of 1 ratings where 0 of 0',
      ],
      ['a clock that stayed behind', breakState({ lastTimestamp: 0 }), 'newer than the state'],
      ['more read than there is', breakState({ readSeq: 3 }), 'more messages were read'],
      ['more answers than there are', breakState({ responseCount: 2 }), 'more answers were timed'],
      ['a day with too much', breakState({ dayMessages: 3 }), 'the day counts more'],
      ['a session that miscounts', breakSession({ messageCount: 1 }), 'counts 1 messages where 2'],
      ['a session in no order', breakSession({ ordinal: 2, id: 's' }), 'counts 1 sessions where 2'],
      ['a session that ended early', breakSession({ lastMessageTime: 1 }), 'newer than its last'],
      ['a session from the future', breakSession({ startTime: 9 }), 'starts after its last'],
      ['a turn of a reply', addTurn(2), 'which is no message of the user'],
      ['a turn of nothing', addTurn(9), 'which is no message of the user'],
      ['a turn answered by a question', addTurn(1, 1), 'which is no answer'],
      ['a turn answered by nothing', addTurn(1, 9), 'which is no answer'],
    ])('finds %s', async (_, harm, sentence) => {
      await subject.say('bob', 'a sound neighbour');
      await subject.say('ada', 'hello');
      const { id } = await subject.say('ada', 'hi', { role: 'assistant' });
      await subject.store.transaction('ada', harm, { message: id });
      const problems = await subject.store.check();
      expect(problems.join('\n')).toContain(sentence);
      expect(problems.join('\n')).not.toContain('User bob');
    });
  });
}
