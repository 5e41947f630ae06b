import { describe, expect, it } from 'vitest';
import type { StoreSubject } from './store-subject.js';

export function describeTurns(subject: StoreSubject): void {
  describe('turns and revocations', () => {
    const turn = { userId: 'ada', key: 'k', userSeq: 1, createdAt: 1_000 };

    it('are kept once per key', async () => {
      await subject.store.transaction('ada', (tx) => tx.saveTurn(turn));
      expect(await subject.turn('ada', 'k')).toEqual(turn);
      await subject.store.transaction('ada', (tx) => tx.saveTurn({ ...turn, replySeq: 2 }));
      const saved = await subject.turn('ada', 'k');
      expect(saved).toEqual({ ...turn, replySeq: 2 });
      expect(await subject.turn('bob', 'k')).toBeUndefined();
      expect(await subject.turn('ada', 'K')).toBeUndefined();
    });

    it('are forgotten when they are old, and not before', async () => {
      for (const [index, userId] of ['ada', 'bob'].entries()) {
        for (const key of ['old', 'new']) {
          const createdAt = key === 'old' ? 999 - index : 1_000;
          await subject.store.transaction(userId, (tx) =>
            tx.saveTurn({ ...turn, userId, key, createdAt }),
          );
        }
      }
      await subject.store.revokeToken('ran out', 1_999);
      await subject.store.revokeToken('counts', 2_000);
      await subject.store.purge({ turnsCreated: 1_000, revocationsExpired: 2_000 });
      for (const userId of ['ada', 'bob']) {
        expect(await subject.turn(userId, 'old')).toBeUndefined();
        expect(await subject.turn(userId, 'new')).toBeDefined();
      }
      expect(await subject.store.isTokenRevoked('ran out')).toBe(false);
      expect(await subject.store.isTokenRevoked('counts')).toBe(true);
    });

    it('are forgotten by the thousands', async () => {
      await subject.store.transaction('ada', (tx) => {
        for (let index = 0; index < 1_200; index += 1) {
          tx.saveTurn({ ...turn, key: `${index}`, createdAt: index });
        }
      });
      await subject.store.purge({ turnsCreated: 1_199, revocationsExpired: 0 });
      expect(await subject.turn('ada', '1198')).toBeUndefined();
      expect(await subject.turn('ada', '1199')).toBeDefined();
    });

    it('tell a revoked token, also when it is revoked twice', async () => {
      expect(await subject.store.isTokenRevoked('jti')).toBe(false);
      await subject.store.revokeToken('jti', 1_790_000_000_000);
      await subject.store.revokeToken('jti', 1_790_000_000_000);
      expect(await subject.store.isTokenRevoked('jti')).toBe(true);
      expect(await subject.store.isTokenRevoked('another')).toBe(false);
    });
  });
}
