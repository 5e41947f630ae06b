import { describe, expect, it } from 'vitest';
import type { UserState, UserTransaction } from '../../../domain/ports/store.js';
import { appendMessage } from '../append-message.js';
import { type StoreUnderTest, wholeRange } from './store-under-test.js';

export function describeUsers(subject: StoreUnderTest): void {
  describe('users', () => {
    it('are found by their exact name', async () => {
      const ada = { id: 'u1', username: 'ada', passwordHash: '$argon2id$…' };
      expect(await subject.store.addUser(ada)).toBe(true);
      expect(await subject.store.userByName('ada')).toEqual(ada);
      expect(await subject.store.userByName('Ada')).toBeUndefined();
      expect(await subject.store.userByName('')).toBeUndefined();
    });

    it('cannot take the name of another user', async () => {
      await subject.store.addUser({ id: 'u1', username: 'ada', passwordHash: 'first' });
      expect(
        await subject.store.addUser({ id: 'u2', username: 'ada', passwordHash: 'second' }),
      ).toBe(false);
      expect(await subject.store.userByName('ada')).toMatchObject({
        id: 'u1',
        passwordHash: 'first',
      });
    });

    it('change their password without changing others', async () => {
      await subject.store.addUser({ id: 'u1', username: 'ada', passwordHash: 'first' });
      await subject.store.addUser({ id: 'u2', username: 'bob', passwordHash: 'his' });
      expect(await subject.store.setPassword('ada', 'second')).toBe(true);
      expect(await subject.store.setPassword('eve', 'hers')).toBe(false);
      expect(await subject.store.userByName('ada')).toEqual({
        id: 'u1',
        username: 'ada',
        passwordHash: 'second',
      });
      expect((await subject.store.userByName('bob'))?.passwordHash).toBe('his');
      expect(await subject.store.userByName('eve')).toBeUndefined();
    });

    it('are listed by name, in parts', async () => {
      for (const username of ['carol', 'ada', 'bob']) {
        await subject.store.addUser({ id: `id of ${username}`, username, passwordHash: '' });
      }
      expect(await subject.store.usernames({ after: '', limit: 2 })).toEqual(['ada', 'bob']);
      expect(await subject.store.usernames({ after: 'bob', limit: 2 })).toEqual(['carol']);
      expect(await subject.store.usernames({ after: 'carol', limit: 2 })).toEqual([]);
    });

    it('are removed with all their data, without changing others', async () => {
      const { store } = subject;
      for (const id of ['u1', 'u2']) {
        await store.addUser({ id, username: `user ${id}`, passwordHash: '' });
        await store.transaction(id, (tx) => {
          appendMessage(tx, { userId: id, content: 'hello' });
          tx.saveIdempotencyRecord({ userId: id, key: 'k', userSeq: 1, createdAt: 1 });
        });
      }
      expect(await store.removeUser('u1')).toBe(true);
      expect(await store.removeUser('u1')).toBe(false);
      expect(await store.userByName('user u1')).toBeUndefined();
      expect(await store.messages('u1', wholeRange)).toEqual([]);
      expect(await store.sessions('u1', wholeRange)).toEqual([]);
      expect((await store.state('u1')).sessionCount).toBe(0);
      const read = { idempotencyKey: 'k' };
      expect(await store.transaction('u1', (tx) => tx.idempotencyRecord, read)).toBeUndefined();
      expect(await store.messages('u2', wholeRange)).toMatchObject([{ content: 'hello' }]);
      expect(await store.check()).toEqual([]);
    });

    it('get a name once when several request it at the same time', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `u${index}`);
      const added = await Promise.all(
        ids.map((id) => subject.store.addUser({ id, username: 'ada', passwordHash: id })),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      expect((await subject.store.userByName('ada'))?.id).toBe(ids[added.indexOf(true)]);
    });

    it('can have names that differ only in Unicode normalization', async () => {
      const composed = 'Zo\u00eb';
      const decomposed = 'Zoe\u0308';
      await subject.store.addUser({ id: 'u1', username: composed, passwordHash: '' });
      expect(
        await subject.store.addUser({ id: 'u2', username: decomposed, passwordHash: '' }),
      ).toBe(true);
      expect((await subject.store.userByName(composed))?.id).toBe('u1');
      expect((await subject.store.userByName(decomposed))?.id).toBe('u2');
    });
  });

  describe('an unknown user', () => {
    const zeros: UserState = {
      lastSeq: 0,
      lastTimestamp: 0,
      readSeq: 0,
      sessionCount: 0,
      day: '',
      dayChats: 0,
      dayMessages: 0,
      responseCount: 0,
      responseMsTotal: 0,
      ratedCount: 0,
      satisfiedCount: 0,
    };

    it('has a state of zeros', async () => {
      expect(await subject.store.state('nobody')).toEqual(zeros);
      const start = { lastSeq: 0, lastTimestamp: 0, readSeq: 0 };
      expect(await subject.store.position('nobody')).toMatchObject(start);
      expect(await subject.store.transaction('nobody', (tx) => tx.state)).toEqual(zeros);
    });

    it('has no data', async () => {
      expect(await subject.store.messages('nobody', wholeRange)).toEqual([]);
      expect(await subject.store.sessions('nobody', wholeRange)).toEqual([]);
      expect(await subject.store.session('nobody', 's')).toBeUndefined();
      const touch = (tx: UserTransaction) => {
        expect(tx.message).toBeUndefined();
        expect(tx.idempotencyRecord).toBeUndefined();
        tx.markDelivered(wholeRange);
        tx.rateMessage(1, true);
      };
      await subject.store.transaction('nobody', touch, { messageId: 'm', idempotencyKey: 'k' });
      expect(await subject.store.check()).toEqual([]);
    });
  });
}
