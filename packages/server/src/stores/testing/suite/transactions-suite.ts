import { describe, expect, it } from 'vitest';
import type { MessageRecord, UserTransaction } from '../../../domain/ports/store.js';
import { appendMessage } from '../append-message.js';
import { contents, type StoreUnderTest, wholeRange } from './store-under-test.js';

export function describeTransactions(subject: StoreUnderTest): void {
  describe('a transaction', () => {
    it('returns the result of its work', async () => {
      expect(await subject.store.transaction('ada', () => 'result')).toBe('result');
    });

    it('stores nothing when its work throws', async () => {
      await subject.append('ada', 'one');
      const before = await subject.store.state('ada');
      const failing = subject.store.transaction('ada', (tx) => {
        appendMessage(tx, { userId: 'ada', content: 'two', newSession: true });
        tx.markDelivered({ from: 1, to: 1 });
        tx.rateMessage(1, true);
        tx.saveIdempotencyRecord({ userId: 'ada', key: 'k', userSeq: 2, createdAt: 1 });
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await subject.store.state('ada')).toEqual(before);
      expect(await subject.store.messages('ada', wholeRange)).toMatchObject([
        { content: 'one', delivered: false },
      ]);
      expect((await subject.store.messages('ada', wholeRange))[0]).not.toHaveProperty('satisfied');
      expect(await subject.store.sessions('ada', wholeRange)).toHaveLength(1);
      expect(await subject.idempotencyRecord('ada', 'k')).toBeUndefined();
      await subject.append('ada', 'three');
      expect(contents(await subject.store.messages('ada', wholeRange))).toEqual(['one', 'three']);
    });

    it('never runs concurrently with another one of the same user', async () => {
      const counts = await Promise.all(
        Array.from({ length: 50 }, (_, index) => subject.append('ada', `message ${index}`)),
      );
      expect(counts.map((message) => message.seq).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
      expect(await subject.store.check()).toEqual([]);
    });

    it('stores everything of many concurrent users', async () => {
      const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
      const rounds = Array.from({ length: 5 }, (_, index) => index);
      await Promise.all(
        rounds.flatMap((round) =>
          users.map((user) => subject.append(user, `${user}, round ${round}`)),
        ),
      );
      for (const user of users) {
        const texts = contents(await subject.store.messages(user, wholeRange));
        expect(texts.sort()).toEqual(rounds.map((round) => `${user}, round ${round}`));
      }
      expect(await subject.store.check()).toEqual([]);
    });

    it('is not affected by concurrent ones that fail', async () => {
      await subject.append('user-0', 'one');
      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, index) =>
          subject.store.transaction(`user-${index}`, (tx) => {
            const message = appendMessage(tx, { userId: `user-${index}`, content: 'hello' });
            if (index % 3 === 1) throw new Error('mine alone');
            // A violated constraint, where the one above is a plain throw.
            if (index % 3 === 2) tx.insertMessage({ ...message, seq: 2, sessionSeq: 2 });
          }),
        ),
      );
      expect(results.map((result) => result.status === 'fulfilled')).toEqual(
        Array.from({ length: 30 }, (_, index) => index % 3 === 0),
      );
      expect((await subject.store.state('user-0')).lastSeq).toBe(2);
      expect((await subject.store.state('user-1')).lastSeq).toBe(0);
      expect((await subject.store.state('user-2')).lastSeq).toBe(0);
      expect((await subject.store.state('user-3')).lastSeq).toBe(1);
      expect(await subject.store.check()).toEqual([]);
    });

    it('rejects a number or an id that the user already has', async () => {
      const first = await subject.append('ada', 'one');
      const again = (message: MessageRecord) =>
        subject.store.transaction(message.userId, (tx) => tx.insertMessage(message));
      await expect(again({ ...first, id: 'other' })).rejects.toThrow();
      await expect(again({ ...first, seq: 2 })).rejects.toThrow();
      // The keys of another user are other keys: each user's data may be on another server.
      await again({ ...first, userId: 'bob' });
      expect(await subject.store.messages('ada', wholeRange)).toEqual([first]);
    });

    it('is not stored when one of its writes failed', async () => {
      const first = await subject.append('ada', 'one');
      const careless = subject.store.transaction('ada', (tx) => {
        tx.insertMessage(first);
        appendMessage(tx, { userId: 'ada', content: 'two' });
      });
      await expect(careless).rejects.toThrow();
      expect(await subject.store.messages('ada', wholeRange)).toEqual([first]);
    });

    it('reads the newest messages of the newest session', async () => {
      const newest = (newestMessages?: number) =>
        subject.store.transaction('ada', (tx) => contents(tx.newestMessages), { newestMessages });
      expect(await newest(2)).toEqual([]);
      await subject.append('ada', 'earlier session');
      for (const content of ['one', 'two', 'three']) {
        await subject.append('ada', content, { newSession: content === 'one' });
      }
      await subject.append('bob', 'of another user');
      expect(await newest(2)).toEqual(['two', 'three']);
      expect(await newest(50)).toEqual(['one', 'two', 'three']);
      expect(await newest(0)).toEqual([]);
      expect(await newest()).toEqual([]);
    });

    it('cannot be used after its end', async () => {
      let ended: UserTransaction | undefined;
      await subject.store.transaction('ada', (tx) => {
        ended = tx;
      });
      const late = () => ended?.markDelivered({ from: 1, to: 1 });
      expect(late).toThrow('The transaction has ended');
      await expect(subject.append('ada', 'still works')).resolves.toMatchObject({ seq: 1 });
    });
  });
}
