import { describe, expect, it } from 'vitest';
import type { MessageRecord, UserTransaction } from '../../chat/store.js';
import { appendMessage } from './append-message.js';
import { allNumbers, contents, type StoreSubject } from './store-subject.js';

export function describeTransactions(subject: StoreSubject): void {
  describe('a transaction', () => {
    it('gives what its work gives', async () => {
      expect(await subject.store.transaction('ada', () => 'result')).toBe('result');
    });

    it('leaves nothing behind when its work throws', async () => {
      await subject.say('ada', 'one');
      const before = await subject.store.state('ada');
      const failing = subject.store.transaction('ada', (tx) => {
        appendMessage(tx, { userId: 'ada', content: 'two', newSession: true });
        tx.markDelivered({ from: 1, to: 1 });
        tx.rateMessage(1, true);
        tx.saveTurn({ userId: 'ada', key: 'k', userSeq: 2, createdAt: 1 });
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await subject.store.state('ada')).toEqual(before);
      expect(await subject.store.messages('ada', allNumbers)).toMatchObject([
        { content: 'one', delivered: false },
      ]);
      expect((await subject.store.messages('ada', allNumbers))[0]).not.toHaveProperty('satisfied');
      expect(await subject.store.sessions('ada', allNumbers)).toHaveLength(1);
      expect(await subject.turn('ada', 'k')).toBeUndefined();
      await subject.say('ada', 'three');
      expect(contents(await subject.store.messages('ada', allNumbers))).toEqual(['one', 'three']);
    });

    it('never runs beside another of the same user', async () => {
      const counts = await Promise.all(
        Array.from({ length: 50 }, (_, index) => subject.say('ada', `message ${index}`)),
      );
      expect(counts.map((message) => message.seq).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
      expect(await subject.store.check()).toEqual([]);
    });

    it('of many users together stores everything of each', async () => {
      const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
      const rounds = Array.from({ length: 5 }, (_, index) => index);
      await Promise.all(
        rounds.flatMap((round) =>
          users.map((user) => subject.say(user, `${user}, round ${round}`)),
        ),
      );
      for (const user of users) {
        const texts = contents(await subject.store.messages(user, allNumbers));
        expect(texts.sort()).toEqual(rounds.map((round) => `${user}, round ${round}`));
      }
      expect(await subject.store.check()).toEqual([]);
    });

    it('does not suffer from others that fail beside it', async () => {
      const first = await subject.say('user-0', 'the id that will be taken twice');
      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, index) =>
          subject.store.transaction(`user-${index}`, (tx) => {
            const message = appendMessage(tx, { userId: `user-${index}`, content: 'hello' });
            if (index % 3 === 1) throw new Error('mine alone');
            // A violated constraint, where the one above is a plain throw.
            if (index % 3 === 2)
              tx.insertMessage({ ...message, id: first.id, seq: 2, sessionSeq: 2 });
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

    it('refuses a number or an id that is taken', async () => {
      const first = await subject.say('ada', 'one');
      const again = (message: MessageRecord) =>
        subject.store.transaction(message.userId, (tx) => tx.insertMessage(message));
      await expect(again({ ...first, id: 'other' })).rejects.toThrow();
      await expect(again({ ...first, seq: 2 })).rejects.toThrow();
      await expect(again({ ...first, userId: 'bob' })).rejects.toThrow();
      expect(await subject.store.messages('ada', allNumbers)).toEqual([first]);
    });

    it('is not kept when a write of it failed, though its work went on', async () => {
      const first = await subject.say('ada', 'one');
      const careless = subject.store.transaction('ada', (tx) => {
        tx.insertMessage(first);
        appendMessage(tx, { userId: 'ada', content: 'two' });
      });
      await expect(careless).rejects.toThrow();
      expect(await subject.store.messages('ada', allNumbers)).toEqual([first]);
    });

    it('cannot be used when it is over', async () => {
      let kept: UserTransaction | undefined;
      await subject.store.transaction('ada', (tx) => {
        kept = tx;
      });
      const late = () => kept?.markDelivered({ from: 1, to: 1 });
      expect(late).toThrow('The transaction is over');
      await expect(subject.say('ada', 'still works')).resolves.toMatchObject({ seq: 1 });
    });
  });
}
