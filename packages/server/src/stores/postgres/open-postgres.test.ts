import { expect, it } from 'vitest';
import { StoreOpenError } from '../store-open-error.js';
import { appendMessage } from '../testing/append-message.js';
import { describePostgres } from '../testing/describe-postgres.js';
import { openPostgresStore } from './postgres-store.js';

it.each([
  '',
  'chat.db',
  'mysql://ada:s3cret@localhost/chat',
  'http://localhost',
  'postgres://ada:12/s3cret@localhost/chat',
])('rejects the URL "%s" without repeating it', async (url) => {
  const opening = openPostgresStore({ url });
  await expect(opening).rejects.toThrow(
    'it must look like postgres://user:password@host:5432/name',
  );
  await expect(opening).rejects.not.toThrow('s3cret');
});

it('names the invalid parameter of a URL, without the password', async () => {
  const opening = openPostgresStore({ url: 'postgres://ada:s3cret@db/chat?sslmode=allow' });
  await expect(opening).rejects.toThrow(
    'The PostgreSQL URL is invalid: it must be an address whose parameter sslmode is one of disable, prefer, require, verify-ca, verify-full, no-verify.',
  );
  await expect(opening).rejects.toThrow(StoreOpenError);
  await expect(opening).rejects.not.toThrow('s3cret');
});

it('rejects a password that is not valid UTF-8 without repeating it', async () => {
  const opening = openPostgresStore({ url: 'postgres://ada:%e9s3cret@127.0.0.1/chat' });
  await expect(opening).rejects.toThrow('percent-encode special characters');
  await expect(opening).rejects.not.toThrow('s3cret');
});

it('reports the address where no server listens, without the password', async () => {
  const opening = openPostgresStore({ url: 'postgres://ada:s3cret@127.0.0.1:1/chat' });
  await expect(opening).rejects.toThrow(
    'The database "chat" at 127.0.0.1:1 cannot be reached: no server listens there.',
  );
  await expect(opening).rejects.toThrow(StoreOpenError);
});

const schemaOf = (url: string) => new URL(url).searchParams.get('options')?.split('=')[1];

describePostgres('a PostgreSQL database', (postgres) => {
  it('has all data after it was closed and opened again', async () => {
    const url = await postgres.emptySchema();
    const first = await openPostgresStore({ url });
    await first.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    await first.close();
    const second = await openPostgresStore({ url });
    expect(await second.userByName('ada')).toMatchObject({ id: 'u1' });
    await second.close();
  });

  it('creates its tables once when ten processes open it at the same time', async () => {
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

  it('is rejected when it does not exist', async () => {
    const opening = openPostgresStore({ url: postgres.server.url.replace(/postgres$/, 'nowhere') });
    await expect(opening).rejects.toThrow(/^The database "nowhere" at .* does not exist/);
  });

  it.each([
    ['default_transaction_read_only=on', 'is read-only: use the primary server'],
    ['search_path=nowhere', 'has no schema for the tables: check the search_path of this user'],
  ])('is rejected with %s', async (setting, reason) => {
    const url = `${postgres.server.url}?options=${encodeURIComponent(`-c ${setting}`)}`;
    await expect(openPostgresStore({ url })).rejects.toThrow(reason);
  });

  it('works with unusual settings of the user', async () => {
    const url = new URL(await postgres.emptySchema());
    const settings = {
      timezone: 'Asia/Kathmandu',
      datestyle: 'SQL,DMY',
      bytea_output: 'escape',
      standard_conforming_strings: 'off',
      idle_in_transaction_session_timeout: '1',
      lock_timeout: '60000',
    };
    const flags = Object.entries(settings).map(([name, value]) => ` -c ${name}=${value}`);
    url.searchParams.set('options', url.searchParams.get('options') + flags.join(''));
    const store = await openPostgresStore({ url: url.href.replaceAll('+', '%20') });
    const content = "it's \\ \\' a back\\\\slash";
    await store.addUser({ id: 'u1', username: content, passwordHash: 'hash' });
    await store.transaction('u1', (tx) => appendMessage(tx, { userId: 'u1', content }));
    expect(await store.userByName(content)).toMatchObject({ id: 'u1' });
    expect(await store.messages('u1', { from: 1, to: 9 })).toMatchObject([{ content }]);
    await store.close();
  });

  it('without TLS is rejected when the URL requires it', async () => {
    const opening = openPostgresStore({ url: `${postgres.server.url}?sslmode=verify-full` });
    await expect(opening).rejects.toThrow('does not support TLS');
  });

  it("starts each key and index of a user's data with the user", async () => {
    const url = await postgres.emptySchema();
    await (await openPostgresStore({ url })).close();
    const keys = await postgres.query(
      `SELECT indexdef FROM pg_indexes
       WHERE schemaname = '${schemaOf(url)}' AND tablename NOT IN ('users', 'schema_version')`,
    );
    expect(keys).toHaveLength(7);
    for (const { indexdef } of keys) expect(indexdef).toMatch(/ \(user_id/);
  });

  it('of a newer release is rejected', async () => {
    const url = await postgres.emptySchema();
    await (await openPostgresStore({ url })).close();
    await postgres.query(`UPDATE ${schemaOf(url)}.schema_version SET version = 99`);
    await expect(openPostgresStore({ url })).rejects.toThrow('was written by a newer release');
  });

  it('with tables of another program is rejected and not changed', async () => {
    const url = await postgres.emptySchema();
    const schema = schemaOf(url);
    await postgres.query(`CREATE TABLE ${schema}.messages (subject text)`);
    await expect(openPostgresStore({ url })).rejects.toThrow('contains tables of another program');
    const tables = await postgres.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = '${schema}'`,
    );
    expect(tables).toEqual([{ tablename: 'messages' }]);
  });

  it('with a schema_version of another program is rejected and not changed', async () => {
    const url = await postgres.emptySchema();
    const schema = schemaOf(url);
    await postgres.query(`CREATE TABLE ${schema}.schema_version AS SELECT 1 AS version`);
    await expect(openPostgresStore({ url })).rejects.toThrow('contains tables of another program');
    const tables = await postgres.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = '${schema}'`,
    );
    expect(tables).toEqual([{ tablename: 'schema_version' }]);
  });

  it('may have tables of another program in a further schema of the search_path', async () => {
    const other = schemaOf(await postgres.emptySchema());
    await postgres.query(`CREATE TABLE ${other}.users (name text)`);
    const own = schemaOf(await postgres.emptySchema());
    const settings = encodeURIComponent(`-c search_path=${own},${other}`);
    const url = `${postgres.server.url}?options=${settings}`;
    for (let start = 1; start <= 2; start += 1) {
      const store = await openPostgresStore({ url });
      expect(await store.check()).toEqual([]);
      await store.close();
    }
  });

  it('with another encoding than UTF-8 is rejected', async () => {
    await postgres.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    await expect(
      openPostgresStore({ url: postgres.server.url.replace(/postgres$/, 'latin') }),
    ).rejects.toThrow('has the encoding LATIN1: create one with the encoding UTF8.');
  });
});
