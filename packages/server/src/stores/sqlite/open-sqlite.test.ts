import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../domain/errors.js';
import { StoreOpenError } from '../store-open-error.js';
import { appendMessage } from '../testing/append-message.js';
import { openSqliteStore } from './sqlite-store.js';

describe('a SQLite file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-open-sqlite-'));
    path = join(folder, 'chat.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (at = path) => openSqliteStore({ path: at, busyTimeoutMs: 0 });
  const withDatabase = (use: (database: InstanceType<typeof DatabaseSync>) => void) => {
    const database = new DatabaseSync(path);
    use(database);
    database.close();
  };

  it.each([
    [
      undefined,
      /^Options are invalid: expected an object with path, busyTimeoutMs, received undefined\.$/,
    ],
    [
      {},
      /^Option "path" is invalid: expected the file of the database, such as ".\/chat.db", or ":memory:"/,
    ],
    [{ path: '' }, /^Option "path" is invalid/],
    [{ path: ':memory:', readonly: true }, /^Option "readonly" is unknown/],
    [{ path: ':memory:', busyTimeoutMs: '5' }, /^Option "busyTimeoutMs" is invalid/],
  ])('is not opened with the options %o', async (options, message) => {
    await expect(openSqliteStore(options as never)).rejects.toThrow(message);
  });

  it('has all data after it was closed and opened again', async () => {
    const first = await open();
    await first.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    await first.transaction('u1', (tx) => appendMessage(tx, { userId: 'u1', content: 'stored' }));
    await first.revokeToken('u1', 'jti', 5);
    await first.close();
    const second = await open();
    expect(await second.userByName('ada')).toMatchObject({ id: 'u1' });
    expect(await second.messages('u1', { from: 1, to: 9 })).toMatchObject([{ content: 'stored' }]);
    expect(await second.isTokenRevoked('u1', ['jti', 'jti'])).toBe(true);
    await second.close();
  });

  it.each([
    ['deleted', () => rmSync(path)],
    ['emptied', () => truncateSync(path)],
    ['moved away', () => renameSync(path, `${path}.moved`)],
    [
      'moved away without its write-ahead log, and replaced by a link to it',
      () => {
        mkdirSync(join(folder, 'new'));
        renameSync(path, join(folder, 'new/chat.db'));
        symlinkSync('new/chat.db', path);
      },
    ],
    [
      'replaced by a link to a copy',
      () => {
        renameSync(path, `${path}.moved`);
        copyFileSync(`${path}.moved`, `${path}.copy`);
        symlinkSync('chat.db.copy', path);
      },
    ],
    ['deleted in part: its write-ahead log', () => rmSync(`${path}-wal`)],
    [
      'replaced',
      () => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
  ])('is not written to after it was %s', async (_how, harm) => {
    const store = await open();
    await store.ping();
    harm();
    await expect(store.ping()).rejects.toThrow(/chat\.db" was deleted or replaced .* restore/);
    await expect(
      store.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' }),
    ).rejects.toThrow(StoreUnavailableError);
    await store.close();
  });

  const move = (to: string) => {
    for (const suffix of ['', '-wal', '-shm']) renameSync(path + suffix, to + suffix);
  };
  it.each([
    [
      'moved and replaced by a symbolic link to it',
      () => {
        mkdirSync(join(folder, 'new'));
        move(join(folder, 'new/chat.db'));
        symlinkSync('new/chat.db', path);
      },
    ],
    [
      'moved and replaced by a hard link to it',
      () => {
        renameSync(path, `${path}.moved`);
        linkSync(`${path}.moved`, path);
      },
    ],
    [
      'moved away and back',
      () => {
        renameSync(path, `${path}.moved`);
        renameSync(`${path}.moved`, path);
      },
    ],
  ])('stays usable after it was %s', async (_how, change) => {
    const store = await open();
    await store.ping();
    change();
    await store.ping();
    await store.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    const other = await open();
    expect(await other.userByName('ada')).toMatchObject({ id: 'u1' });
    await other.close();
    await store.close();
  });

  it('is not usable while its folder is moved away', async () => {
    const inner = join(folder, 'data');
    mkdirSync(inner);
    const store = await open(join(inner, 'chat.db'));
    renameSync(inner, `${inner}.moved`);
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    renameSync(`${inner}.moved`, inner);
    await store.ping();
    await store.close();
  });

  it('is readable by its owner only, because it contains password hashes', async () => {
    const store = await open();
    await store.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  it('uses a write-ahead log, so that reads and writes do not wait for each other', async () => {
    await (await open()).close();
    withDatabase((database) => {
      expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    });
  });

  it('that is not a database is rejected and not changed', async () => {
    writeFileSync(path, 'These are my notes.\n'.repeat(300));
    const before = readFileSync(path);
    await expect(open()).rejects.toThrow(`The file "${path}" is not a SQLite database.`);
    await expect(open()).rejects.toThrow(StoreOpenError);
    expect(readFileSync(path)).toEqual(before);
  });

  it.each([
    ['', 'CREATE TABLE bookmarks (url TEXT)'],
    [' that counts its versions', 'CREATE TABLE schema_version (version INTEGER NOT NULL)'],
    [
      ' with the same version',
      'CREATE TABLE schema_version AS SELECT 1 AS version; CREATE TABLE users (name TEXT)',
    ],
    [' with a higher version', 'CREATE TABLE schema_version AS SELECT 99 AS version'],
  ])('of another program%s is rejected and not changed', async (_, tables) => {
    withDatabase((database) => database.exec(tables));
    const before = readFileSync(path);
    await expect(open()).rejects.toThrow(`The database "${path}" belongs to another program`);
    expect(readFileSync(path)).toEqual(before);
  });

  it('in a read-only folder is rejected', async () => {
    await (await open()).close();
    for (const end of ['-shm', '-wal']) rmSync(`${path}${end}`, { force: true });
    // For root, no folder is read-only.
    const nobody = 65_534;
    const isRoot = process.getuid?.() === 0;
    chmodSync(folder, 0o555);
    if (isRoot) chownSync(path, nobody, nobody);
    if (isRoot) process.seteuid?.(nobody);
    try {
      await expect(open()).rejects.toThrow(
        `The database "${path}" or its folder is read-only for this user.`,
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
  });

  it('may have a name that SQLite would parse as a URI', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await (await openSqliteStore({ path: 'file:chat.db' })).close();
      expect(readdirSync('.')).toContain('file:chat.db');
      expect(readdirSync('.')).not.toContain('chat.db');
    } finally {
      process.chdir(before);
    }
  });

  it('may have tables of another program, such as a replication tool', async () => {
    await (await open()).close();
    withDatabase((database) => database.exec('CREATE TABLE replicated (page INTEGER)'));
    await (await open()).close();
  });

  it('of a newer release is rejected', async () => {
    await (await open()).close();
    withDatabase((database) => database.exec('UPDATE schema_version SET version = 99'));
    await expect(open()).rejects.toThrow(
      `The database "${path}" was written by a newer release (its schema is version 99,`,
    );
  });

  it('that is damaged is rejected', async () => {
    await (await open()).close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, 4_096);
    writeFileSync(path, bytes);
    await expect(open()).rejects.toThrow(`The database "${path}" is damaged: restore a backup.`);
  });

  it('is checked for damage in its later pages', async () => {
    const store = await open();
    for (let index = 0; index < 200; index += 1) {
      const content = `number ${index}`.repeat(20);
      await store.transaction('u1', (tx) => appendMessage(tx, { userId: 'u1', content }));
    }
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, bytes.length - 3 * 4_096);
    writeFileSync(path, bytes);
    const damaged = await open();
    expect(await damaged.check()).not.toEqual([]);
    await damaged.close();
  });

  it('in a folder that does not exist is rejected', async () => {
    const nowhere = join(folder, 'nowhere', 'chat.db');
    await expect(open(nowhere)).rejects.toThrow(
      `The database "${nowhere}" could not be opened: its folder does not exist.`,
    );
  });

  it('whose name is too long is rejected', async () => {
    await expect(open(join(folder, 'x'.repeat(300)))).rejects.toThrow('its name is too long.');
  });

  it('that is a folder is rejected', async () => {
    mkdirSync(path);
    await expect(open()).rejects.toThrow('it is a folder, not a file.');
  });

  it('that another process has locked is rejected after a wait', async () => {
    await (await open()).close();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(open()).rejects.toThrow(`The database "${path}" is locked`);
    other.exec('ROLLBACK');
    const store = await open();
    other.exec('BEGIN IMMEDIATE');
    const locked = store.addUser({ id: 'u1', username: 'ada', passwordHash: '' });
    await expect(locked).rejects.toThrow('The database is locked by another process.');
    expect(await store.userByName('ada')).toBeUndefined();
    other.exec('ROLLBACK');
    expect(await store.addUser({ id: 'u1', username: 'ada', passwordHash: '' })).toBe(true);
    other.close();
    await store.close();
  });

  it('shows nothing of a transaction before its commit', async () => {
    const store = await open();
    const other = await open();
    const range = { from: 1, to: 1 };
    // A commit waits for the disk, and readers do not wait for the commit.
    const appended = store.transaction('u1', (tx) =>
      appendMessage(tx, { userId: 'u1', content: 'not yet' }),
    );
    const seen = await Promise.all([store.messages('u1', range), other.messages('u1', range)]);
    expect(seen).toEqual([[], []]);
    await appended;
    expect(await other.messages('u1', { from: 1, to: 1 })).toHaveLength(1);
    await store.close();
    await other.close();
  });

  it('shows at once what another process changed in a message that was read before', async () => {
    const store = await open();
    const other = await open();
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
