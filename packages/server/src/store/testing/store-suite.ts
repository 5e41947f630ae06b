import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../chat/store.js';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import { describeCheck } from './check-suite.js';
import { describeReading } from './reading-suite.js';
import { describeRecords } from './records-suite.js';
import { StoreSubject } from './store-subject.js';
import { describeTransactions } from './transactions-suite.js';
import { describeTurns } from './turns-suite.js';
import { describeUsers } from './users-suite.js';

/** What every store must do; `open` gives an empty one for each test. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    const subject = new StoreSubject(open);
    beforeEach(() => subject.open());
    afterEach(() => subject.close());

    describeUsers(subject);
    describeRecords(subject);
    describeTransactions(subject);
    describeReading(subject);
    describeTurns(subject);
    describeCheck(subject);

    it('finishes what it was asked for before it was closed', async () => {
      const asked = [subject.say('ada', 'one'), subject.say('ada', 'two')];
      await subject.close();
      expect(await Promise.all(asked)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    });

    it('answers a ping until it is closed, and then says that it is closed', async () => {
      await expect(subject.store.ping()).resolves.toBeUndefined();
      await subject.store.close();
      await subject.store.close();
      await expect(subject.store.ping()).rejects.toThrow(StoreUnavailableError);
      await expect(subject.say('ada', 'too late')).rejects.toThrow('The store is closed.');
    });
  });
}
