import { describe, expect, it } from 'vitest';
import type { UserState, UserTransaction } from '../../chat/store.js';
import { allNumbers, type StoreSubject } from './store-subject.js';

export function describeUsers(subject: StoreSubject): void {
  describe('users', () => {
    it('are found by their exact name', async () => {
      const ada = { id: 'u1', username: 'ada', passwordHash: '$argon2id$…' };
      expect(await subject.store.addUser(ada)).toBe(true);
      expect(await subject.store.userByName('ada')).toEqual(ada);
      expect(await subject.store.userByName('Ada')).toBeUndefined();
      expect(await subject.store.userByName('')).toBeUndefined();
    });

    it('keep the name that they took first', async () => {
      await subject.store.addUser({ id: 'u1', username: 'ada', passwordHash: 'first' });
      expect(
        await subject.store.addUser({ id: 'u2', username: 'ada', passwordHash: 'second' }),
      ).toBe(false);
      expect(await subject.store.userByName('ada')).toMatchObject({
        id: 'u1',
        passwordHash: 'first',
      });
    });

    it('get another password, and nobody else does', async () => {
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

    it('get a name once when several ask for it together', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `u${index}`);
      const added = await Promise.all(
        ids.map((id) => subject.store.addUser({ id, username: 'ada', passwordHash: id })),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      expect((await subject.store.userByName('ada'))?.id).toBe(ids[added.indexOf(true)]);
    });

    it('have names that differ only in what Unicode makes of them', async () => {
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
    const nobody: UserState = {
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
      expect(await subject.store.state('nobody')).toEqual(nobody);
      const start = { lastSeq: 0, lastTimestamp: 0, readSeq: 0 };
      expect(await subject.store.position('nobody')).toMatchObject(start);
      expect(await subject.store.transaction('nobody', (tx) => tx.state)).toEqual(nobody);
    });

    it('has nothing to read', async () => {
      expect(await subject.store.messages('nobody', allNumbers)).toEqual([]);
      expect(await subject.store.sessions('nobody', allNumbers)).toEqual([]);
      expect(await subject.store.session('nobody', 's')).toBeUndefined();
      expect(await subject.store.sessionMessages('nobody', 's', allNumbers)).toEqual([]);
      const touch = (tx: UserTransaction) => {
        expect(tx.message).toBeUndefined();
        expect(tx.turn).toBeUndefined();
        tx.markDelivered(allNumbers);
        tx.rateMessage(1, true);
      };
      await subject.store.transaction('nobody', touch, { message: 'm', turn: 'k' });
      expect(await subject.store.check()).toEqual([]);
    });
  });
}
