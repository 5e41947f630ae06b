import { expect, it } from 'vitest';
import { openPostgresStore } from '../postgres-store.js';
import { StoreOpenError } from '../store-open-error.js';
import { expectMigrated, firstVersion } from '../testing/first-version.js';
import { describePostgres } from '../testing/postgres-suite.js';
import { postgresDialect } from './postgres-dialect.js';

it.each(['', 'chat.db', 'mysql://ada:s3cret@localhost/chat', 'http://localhost'])(
  'refuses the address "%s", and does not repeat it',
  async (url) => {
    const opening = openPostgresStore({ url });
    await expect(opening).rejects.toThrow('it looks like postgres://user:password@host:5432/name');
    await expect(opening).rejects.not.toThrow('s3cret');
  },
);

it('says where nobody listens, without the password', async () => {
  const opening = openPostgresStore({ url: 'postgres://ada:s3cret@127.0.0.1:1/chat' });
  await expect(opening).rejects.toThrow(
    'The database "chat" at 127.0.0.1:1 cannot be reached: nobody listens there.',
  );
  await expect(opening).rejects.toThrow(StoreOpenError);
});

const schemaOf = (url: string) => new URL(url).searchParams.get('options')?.split('=')[1];

describePostgres('a PostgreSQL database', (postgres) => {
  it('keeps everything when it is closed and opened again', async () => {
    const url = await postgres.emptySchema();
    const first = await openPostgresStore({ url });
    await first.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    await first.close();
    const second = await openPostgresStore({ url });
    expect(await second.userByName('ada')).toMatchObject({ id: 'u1' });
    await second.close();
  });

  it('gets its tables once when ten open it together', async () => {
    const url = await postgres.emptySchema();
    const stores = await Promise.all(
      Array.from({ length: 10 }, () => openPostgresStore({ url, connections: 1 })),
    );
    const added = await Promise.all(
      stores.map((store, index) =>
        store.addUser({ id: `u${index}`, username: 'ada', passwordHash: '' }),
      ),
    );
    expect(added.filter(Boolean)).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('that does not exist is refused', async () => {
    const opening = openPostgresStore({ url: postgres.server.url('public', 'nowhere') });
    await expect(opening).rejects.toThrow(/^The database "nowhere" at .* does not exist/);
  });

  it('of the first release is taken over, also when two open it together', async () => {
    const url = await postgres.emptySchema();
    const queries = [`SET search_path TO ${schemaOf(url)}`, ...firstVersion(postgresDialect)];
    await postgres.query(queries.join(';'));
    const open = () => openPostgresStore({ url, connections: 2 });
    const [store, other] = await Promise.all([open(), open()]);
    await expectMigrated(store);
    await store.close();
    await other.close();
  });

  it('of a newer release is refused', async () => {
    const url = await postgres.emptySchema();
    await (await openPostgresStore({ url })).close();
    await postgres.query(`UPDATE ${schemaOf(url)}.schema_version SET version = 99`);
    await expect(openPostgresStore({ url })).rejects.toThrow('was written by a newer release');
  });

  it('with the tables of another program is refused and left as it is', async () => {
    const url = await postgres.emptySchema();
    const schema = schemaOf(url);
    await postgres.query(`CREATE TABLE ${schema}.messages (subject text)`);
    await expect(openPostgresStore({ url })).rejects.toThrow('holds tables of another program');
    const tables = await postgres.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = '${schema}'`,
    );
    expect(tables).toEqual([{ tablename: 'messages' }]);
  });

  it('that does not keep its text as UTF-8 is refused', async () => {
    await postgres.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    await expect(
      openPostgresStore({ url: postgres.server.url('public', 'latin') }),
    ).rejects.toThrow('keeps its text as LATIN1: create one with the encoding UTF8.');
  });
});
