import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../domain/errors.js';
import type { Store } from '../../../domain/ports/store.js';
import { describeCheck } from './check-suite.js';
import { describeIdempotency } from './idempotency-suite.js';
import { describeReading } from './reading-suite.js';
import { describeRecords } from './records-suite.js';
import { StoreUnderTest } from './store-under-test.js';
import { describeTransactions } from './transactions-suite.js';
import { describeUsers } from './users-suite.js';

/** What every store must do; `open` returns an empty one for each test. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    const subject = new StoreUnderTest(open);
    beforeEach(() => subject.open());
    afterEach(() => subject.close());

    describeUsers(subject);
    describeRecords(subject);
    describeTransactions(subject);
    describeReading(subject);
    describeIdempotency(subject);
    describeCheck(subject);

    it('finishes pending transactions when it is closed', async () => {
      const pending = [subject.append('ada', 'one'), subject.append('ada', 'two')];
      await subject.close();
      expect(await Promise.all(pending)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    });

    it('responds to a ping until it is closed, then rejects every call', async () => {
      await expect(subject.store.ping()).resolves.toBeUndefined();
      await subject.store.close();
      await subject.store.close();
      await expect(subject.store.ping()).rejects.toThrow(StoreUnavailableError);
      await expect(subject.append('ada', 'too late')).rejects.toThrow('The store is closed.');
    });
  });
}
