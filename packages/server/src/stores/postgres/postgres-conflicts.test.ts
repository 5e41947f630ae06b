import { afterEach, beforeEach, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../domain/errors.js';
import type { Store } from '../../domain/ports/store.js';
import { appendMessage } from '../testing/append-message.js';
import { describePostgres } from '../testing/describe-postgres.js';
import { openPostgresStore } from './postgres-store.js';

const append = (store: Store, userId: string) =>
  store.transaction(userId, (tx) => appendMessage(tx, { userId, content: 'hello' }));

describePostgres('a database whose default isolation is', (postgres) => {
  afterEach(() => postgres.query('ALTER DATABASE postgres RESET ALL'));

  it.each(['repeatable read', 'serializable'])(
    '%s stores 40 messages at once, over two instances',
    async (isolation) => {
      await postgres.query(
        `ALTER DATABASE postgres SET default_transaction_isolation = '${isolation}'`,
      );
      const url = await postgres.emptySchema();
      const stores = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
      const stored = await Promise.all(
        Array.from({ length: 40 }, (_, index) => append(stores[index % 2]!, `user-${index % 3}`)),
      );
      expect(stored).toHaveLength(40);
      const added = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          stores[index % 2]!.addUser({ id: `u${index}`, username: 'ada', passwordHash: '' }),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(1);
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          stores[index % 2]!.revokeToken('ada', 'jti', index),
        ),
      );
      expect(await stores[0].check()).toEqual([]);
      await Promise.all(stores.map((store) => store.close()));
    },
  );
});

describePostgres('a transaction that PostgreSQL rolls back', (postgres) => {
  let store: Store;
  let url: string;
  beforeEach(async () => {
    url = await postgres.emptySchema();
    store = await openPostgresStore({ url });
  });
  afterEach(() => store.close());

  /** Makes the next inserts of a message fail, as those of conflicting transactions do. */
  const failInserts = (code: string, times: number) => {
    const schema = new URL(url).searchParams.get('options')?.split('=')[1];
    return postgres.query(`
      SET search_path TO ${schema};
      CREATE SEQUENCE attempts;
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SET search_path = ${schema} AS $$
        BEGIN
          IF nextval('attempts') <= ${times} THEN
            RAISE EXCEPTION USING ERRCODE = '${code}';
          END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER fail BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION fail()`);
  };

  it.each([
    ['a serialization failure', '40001'],
    ['a deadlock', '40P01'],
  ])('because of %s is repeated', async (_what, code) => {
    await failInserts(code, 4);
    await expect(append(store, 'ada')).resolves.toMatchObject({ seq: 1 });
    expect(await store.check()).toEqual([]);
  });

  it('again and again is rejected as unavailable', async () => {
    await failInserts('40001', 1_000);
    await expect(append(store, 'ada')).rejects.toThrow(StoreUnavailableError);
  });

  it.each([
    ['an unknown outcome', '40003'],
    ['another error', '23514'],
  ])('with %s is not repeated', async (_what, code) => {
    await failInserts(code, 1);
    await expect(append(store, 'ada')).rejects.toMatchObject({ code });
  });
});
