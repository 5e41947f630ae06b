import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../sqlite-store.js';
import { StoreOpenError } from '../store-open-error.js';
import { appendMessage } from '../testing/append-message.js';
import { expectMigrated, firstVersion } from '../testing/first-version.js';
import { sqliteDialect } from './sqlite-dialect.js';

describe('a SQLite file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-open-sqlite-'));
    path = join(folder, 'chat.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const opening = (at = path) => openSqliteStore({ path: at, busyTimeoutMs: 0 });
  const withDatabase = (use: (database: InstanceType<typeof DatabaseSync>) => void) => {
    const database = new DatabaseSync(path);
    use(database);
    database.close();
  };

  it.each([
    [undefined, /^The options must be an object with path, busyTimeoutMs, not undefined\.$/],
    [{}, /^Option "path" must be the file of the database, such as ".\/chat.db", or ":memory:"\.$/],
    [{ path: '' }, /^Option "path" must be/],
    [{ path: ':memory:', readonly: true }, /^There is no option "readonly"/],
    [{ path: ':memory:', busyTimeoutMs: '5' }, /^Option "busyTimeoutMs" must be/],
  ])('is not opened with %o', async (options, said) => {
    await expect(openSqliteStore(options as never)).rejects.toThrow(said);
  });

  it('keeps everything when it is closed and opened again', async () => {
    const first = await opening();
    await first.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    await first.transaction('u1', (tx) => appendMessage(tx, { userId: 'u1', content: 'kept' }));
    await first.revokeToken('jti', 5);
    await first.close();
    const second = await opening();
    expect(await second.userByName('ada')).toMatchObject({ id: 'u1' });
    expect(await second.messages('u1', { from: 1, to: 9 })).toMatchObject([{ content: 'kept' }]);
    expect(await second.isTokenRevoked('jti')).toBe(true);
    await second.close();
  });

  it('is readable by its owner alone, for it holds password hashes', async () => {
    const store = await opening();
    await store.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  it('has a log beside it, so that reading and writing do not wait for each other', async () => {
    await (await opening()).close();
    withDatabase((database) => {
      expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    });
  });

  it('of another kind is refused and left as it is', async () => {
    writeFileSync(path, 'These are my notes.\n'.repeat(300));
    const before = readFileSync(path);
    await expect(opening()).rejects.toThrow(`The file "${path}" is not a SQLite database.`);
    await expect(opening()).rejects.toThrow(StoreOpenError);
    expect(readFileSync(path)).toEqual(before);
  });

  it('of another program is refused and left as it is', async () => {
    withDatabase((database) => database.exec('CREATE TABLE bookmarks (url TEXT)'));
    const before = readFileSync(path);
    await expect(opening()).rejects.toThrow(`The database "${path}" belongs to another program`);
    expect(readFileSync(path)).toEqual(before);
  });

  it('of the first release is taken over', async () => {
    withDatabase((database) => {
      for (const query of firstVersion(sqliteDialect)) database.exec(query);
    });
    const store = await opening();
    await expectMigrated(store);
    await store.close();
    // Taken once: the step is not taken again.
    await (await opening()).close();
  });

  it('of a newer release is refused', async () => {
    await (await opening()).close();
    withDatabase((database) => database.exec('UPDATE schema_version SET version = 99'));
    await expect(opening()).rejects.toThrow(
      `The database "${path}" was written by a newer release (its schema is version 99,`,
    );
  });

  it('that is damaged is refused', async () => {
    await (await opening()).close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, 4_096);
    writeFileSync(path, bytes);
    await expect(opening()).rejects.toThrow(`The database "${path}" is damaged: restore a backup.`);
  });

  it('that is damaged further in is found by the check', async () => {
    const store = await opening();
    for (let index = 0; index < 200; index += 1) {
      const content = `number ${index}`.repeat(20);
      await store.transaction('u1', (tx) => appendMessage(tx, { userId: 'u1', content }));
    }
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, bytes.length - 3 * 4_096);
    writeFileSync(path, bytes);
    const damaged = await opening();
    expect(await damaged.check()).not.toEqual([]);
    await damaged.close();
  });

  it('in a folder that does not exist is refused', async () => {
    const nowhere = join(folder, 'nowhere', 'chat.db');
    await expect(opening(nowhere)).rejects.toThrow(
      `The database "${nowhere}" could not be opened: its folder does not exist.`,
    );
  });

  it('that is a folder is refused', async () => {
    mkdirSync(path);
    await expect(opening()).rejects.toThrow('it is a folder, and a file is needed.');
  });

  it('that another process has locked is waited for, and then refused', async () => {
    await (await opening()).close();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(opening()).rejects.toThrow(`The database "${path}" is locked`);
    other.exec('ROLLBACK');
    const store = await opening();
    other.exec('BEGIN IMMEDIATE');
    const locked = store.addUser({ id: 'u1', username: 'ada', passwordHash: '' });
    await expect(locked).rejects.toThrow('The database is locked by another process.');
    expect(await store.userByName('ada')).toBeUndefined();
    other.exec('ROLLBACK');
    expect(await store.addUser({ id: 'u1', username: 'ada', passwordHash: '' })).toBe(true);
    other.close();
    await store.close();
  });

  it('shows nothing of a transaction before it is committed', async () => {
    const store = await opening();
    const other = await opening();
    const range = { from: 1, to: 1 };
    // A commit waits for the disk, and readers do not wait for the commit.
    const said = store.transaction('u1', (tx) =>
      appendMessage(tx, { userId: 'u1', content: 'not yet' }),
    );
    const seen = await Promise.all([store.messages('u1', range), other.messages('u1', range)]);
    expect(seen).toEqual([[], []]);
    await said;
    expect(await other.messages('u1', { from: 1, to: 1 })).toHaveLength(1);
    await store.close();
    await other.close();
  });

  it('shows at once what another process changed of a message that was read before', async () => {
    const store = await opening();
    const other = await opening();
    const read = () => store.messages('u1', { from: 1, to: 2 });
    for (const content of ['one', 'two']) {
      await store.transaction('u1', (tx) => appendMessage(tx, { userId: 'u1', content }));
    }
    expect(await read()).toMatchObject([{ delivered: false }, { delivered: false }]);
    await other.transaction('u1', (tx) => {
      tx.markDelivered({ from: 1, to: 2 });
      tx.rateMessage(2, true);
    });
    expect(await read()).toMatchObject([{ delivered: true }, { delivered: true, satisfied: true }]);
    expect((await read())[0]).not.toHaveProperty('satisfied');
    await store.close();
    await other.close();
  });
});
