import { beforeEach, describe, expect, it } from 'vitest';
import { appendMessage, nextMessage } from '../append-message.js';
import { contents, type StoreUnderTest, wholeRange } from './store-under-test.js';

export function describeReading(subject: StoreUnderTest): void {
  describe('messages', () => {
    it('are read by number in ascending order, both ends included', async () => {
      for (let index = 1; index <= 30; index += 1) await subject.append('ada', `${index}`);
      await subject.append('bob', 'not of ada');
      const read = async (from: number, to: number) =>
        contents(await subject.store.messages('ada', { from, to }));
      expect(await read(1, 3)).toEqual(['1', '2', '3']);
      expect(await read(29, 40)).toEqual(['29', '30']);
      expect(await read(-5, 2)).toEqual(['1', '2']);
      expect(await read(7, 7)).toEqual(['7']);
      expect(await read(8, 7)).toEqual([]);
      expect(await read(31, 50)).toEqual([]);
    });

    it('can be 10,000 of one user', async () => {
      for (let ordinal = 1; ordinal <= 50; ordinal += 1) {
        await subject.store.transaction('ada', (tx) => {
          let { state } = tx;
          for (let index = 1; index <= 200; index += 1) {
            const content = `number ${state.lastSeq + 1}`;
            const next = nextMessage(state, { userId: 'ada', content, newSession: index === 1 });
            tx.insertMessage(next.message);
            state = next.state;
          }
          tx.saveState(state);
        });
      }
      expect((await subject.store.state('ada')).lastSeq).toBe(10_000);
      const page = await subject.store.messages('ada', { from: 5_001, to: 5_020 });
      expect(page.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 5_001 + i));
      expect(contents(page)[19]).toBe('number 5020');
      expect(await subject.store.messages('ada', wholeRange)).toHaveLength(10_000);
      expect(await subject.store.sessions('ada', { from: 49, to: 100 })).toHaveLength(2);
      expect(await subject.store.check()).toEqual([]);
    });

    it('are found by id only within their user', async () => {
      const { id } = await subject.append('ada', 'mine');
      const found = (userId: string) =>
        subject.store.transaction(userId, (tx) => tx.message, { messageId: id });
      expect(await found('ada')).toMatchObject({ content: 'mine' });
      expect(await found('bob')).toBeUndefined();
    });

    it('can be rated again', async () => {
      await subject.append('ada', 'good?', { role: 'assistant' });
      const rate = (satisfied: boolean) =>
        subject.store.transaction('ada', (tx) => tx.rateMessage(1, satisfied));
      await rate(true);
      expect(await subject.store.messages('ada', wholeRange)).toMatchObject([{ satisfied: true }]);
      await rate(false);
      expect(await subject.store.messages('ada', wholeRange)).toMatchObject([{ satisfied: false }]);
    });

    it('are marked as delivered in a range, including one of the same transaction', async () => {
      for (const text of ['1', '2', '3']) await subject.append('ada', text);
      await subject.append('bob', 'not in the range of ada');
      await subject.store.transaction('ada', (tx) => {
        appendMessage(tx, { userId: 'ada', content: '4' });
        tx.markDelivered({ from: 2, to: 4 });
      });
      const delivered = (await subject.store.messages('ada', wholeRange)).map(
        (message) => message.delivered,
      );
      expect(delivered).toEqual([false, true, true, true]);
      expect(await subject.store.messages('bob', wholeRange)).toMatchObject([{ delivered: false }]);
    });
  });

  describe('sessions', () => {
    beforeEach(async () => {
      for (const [session, count] of [3, 5, 2].entries()) {
        for (let index = 1; index <= count; index += 1) {
          await subject.append('ada', `${session + 1}.${index}`, { newSession: index === 1 });
        }
      }
    });

    it('are read by ordinal in ascending order, both ends included', async () => {
      const read = async (from: number, to: number) =>
        (await subject.store.sessions('ada', { from, to })).map(({ messageCount }) => messageCount);
      expect(await read(1, 3)).toEqual([3, 5, 2]);
      expect(await read(2, 9)).toEqual([5, 2]);
      expect(await read(4, 9)).toEqual([]);
    });

    it('have consecutive messages from their first one', async () => {
      const sessions = await subject.store.sessions('ada', wholeRange);
      const messages = sessions.map(({ firstSeq: from, messageCount }) =>
        subject.store.messages('ada', { from, to: from + messageCount - 1 }),
      );
      expect((await Promise.all(messages)).map(contents)).toEqual([
        ['1.1', '1.2', '1.3'],
        ['2.1', '2.2', '2.3', '2.4', '2.5'],
        ['3.1', '3.2'],
      ]);
    });

    it('belong to one user only', async () => {
      expect(await subject.store.session('ada', 'ada-session-1')).toMatchObject({ ordinal: 1 });
      expect(await subject.store.session('bob', 'ada-session-1')).toBeUndefined();
    });

    it('change without a new one starting', async () => {
      await subject.store.transaction('ada', (tx) => {
        const { state } = tx;
        tx.saveState({ ...state, session: { ...state.session!, ended: true } });
      });
      expect(await subject.store.sessions('ada', wholeRange)).toHaveLength(3);
      expect((await subject.store.state('ada')).session).toMatchObject({ ordinal: 3, ended: true });
    });
  });
}
