import { describe, expect, it } from 'vitest';
import type { TokenIds } from '../../../domain/ports/store.js';
import type { StoreUnderTest } from './store-under-test.js';

export function describeIdempotency(subject: StoreUnderTest): void {
  describe('idempotency records and revocations', () => {
    const record = { userId: 'ada', key: 'k', userSeq: 1, createdAt: 1_000 };
    const isRevoked = (userId: string, id: string) =>
      subject.store.isTokenRevoked(userId, [id, 'password']);

    it('are stored once per key', async () => {
      await subject.store.transaction('ada', (tx) => tx.saveIdempotencyRecord(record));
      expect(await subject.idempotencyRecord('ada', 'k')).toEqual(record);
      await subject.store.transaction('ada', (tx) =>
        tx.saveIdempotencyRecord({ ...record, replySeq: 2 }),
      );
      const saved = await subject.idempotencyRecord('ada', 'k');
      expect(saved).toEqual({ ...record, replySeq: 2 });
      expect(await subject.idempotencyRecord('bob', 'k')).toBeUndefined();
      expect(await subject.idempotencyRecord('ada', 'K')).toBeUndefined();
    });

    it('are purged when they are old, and not before', async () => {
      for (const [index, userId] of ['ada', 'bob'].entries()) {
        for (const key of ['old', 'new']) {
          const createdAt = key === 'old' ? 999 - index : 1_000;
          await subject.store.transaction(userId, (tx) =>
            tx.saveIdempotencyRecord({ ...record, userId, key, createdAt }),
          );
        }
      }
      await subject.store.revokeToken('ada', 'expired', 1_999);
      await subject.store.revokeToken('ada', 'valid', 2_000);
      await subject.store.purge({ idempotencyRecordsCreated: 1_000, revocationsExpired: 2_000 });
      for (const userId of ['ada', 'bob']) {
        expect(await subject.idempotencyRecord(userId, 'old')).toBeUndefined();
        expect(await subject.idempotencyRecord(userId, 'new')).toBeDefined();
      }
      expect(await isRevoked('ada', 'expired')).toBe(false);
      expect(await isRevoked('ada', 'valid')).toBe(true);
    });

    it('are purged by the thousands, of all users', async () => {
      const users = ['ada', 'bob', 'cyd', 'dan'];
      for (const userId of users) {
        await subject.store.transaction(userId, (tx) => {
          for (let index = 0; index < 600; index += 1) {
            tx.saveIdempotencyRecord({ ...record, userId, key: `${index}`, createdAt: index });
          }
        });
      }
      await subject.store.purge({ idempotencyRecordsCreated: 599, revocationsExpired: 0 });
      for (const userId of users) {
        expect(await subject.idempotencyRecord(userId, '598')).toBeUndefined();
        expect(await subject.idempotencyRecord(userId, '599')).toBeDefined();
      }
    });

    it('mark a token as revoked, also when it is revoked twice', async () => {
      expect(await isRevoked('ada', 'jti')).toBe(false);
      await subject.store.revokeToken('ada', 'jti', 1_790_000_000_000);
      await subject.store.revokeToken('ada', 'jti', 1_790_000_000_000);
      expect(await isRevoked('ada', 'jti')).toBe(true);
      expect(await isRevoked('ada', 'another')).toBe(false);
      expect(await isRevoked('bob', 'jti')).toBe(false);
    });

    it('mark all tokens of a password as revoked', async () => {
      await subject.store.revokeToken('ada', 'password', 1_790_000_000_000);
      expect(await subject.store.isTokenRevoked('ada', ['jti', 'password'])).toBe(true);
      expect(await subject.store.isTokenRevoked('ada', ['jti', 'other'])).toBe(false);
    });

    it('tell a transaction whether a token is revoked', async () => {
      const inTransaction = (tokenIds?: TokenIds) =>
        subject.store.transaction('ada', (tx) => tx.tokenRevoked, { tokenIds });
      await subject.store.revokeToken('ada', 'jti', 1_790_000_000_000);
      expect(await inTransaction(['jti', 'password'])).toBe(true);
      expect(await inTransaction(['another', 'password'])).toBe(false);
      expect(await inTransaction()).toBe(false);
    });
  });
}
