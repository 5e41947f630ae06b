import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendMessage } from '../testing/append-message.js';
import { backupSqlite } from './backup-sqlite.js';
import { openSqliteStore } from './sqlite-store.js';

describe('a backup', () => {
  let folder: string;
  let path: string;
  let to: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-backup-'));
    path = join(folder, 'chat.db');
    to = join(folder, 'backup.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('rejects a folder that does not exist, without naming the temporary file', async () => {
    await (await openSqliteStore({ path })).close();
    const nowhere = join(folder, 'nowhere', 'backup.db');
    await expect(backupSqlite({ path, to: nowhere })).rejects.toThrow(
      `The database "${path}" could not be copied to "${nowhere}": its folder does not exist.`,
    );
  });

  it('is complete and valid although the database is written to meanwhile', async () => {
    const store = await openSqliteStore({ path });
    const append = (content: string) =>
      store.transaction('ada', (tx) => appendMessage(tx, { userId: 'ada', content }));
    for (let index = 0; index < 300; index += 1) await append('before');

    let done = false;
    const copying = backupSqlite({ path, to }).finally(() => {
      done = true;
    });
    do await append('meanwhile');
    while (!done);
    await copying;
    await store.close();

    const copy = await openSqliteStore({ path: to });
    expect(await copy.check()).toEqual([]);
    const messages = await copy.messages('ada', { from: 1, to: 300 });
    expect(messages.every(({ content }) => content === 'before')).toBe(true);
    expect(messages).toHaveLength(300);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    await copy.close();
  });

  it('never overwrites a file', async () => {
    await (await openSqliteStore({ path })).close();
    writeFileSync(to, 'precious');
    await expect(backupSqlite({ path, to })).rejects.toThrow(
      `The file "${to}" exists: name a new file for the backup.`,
    );
  });

  it('of a database that does not exist is rejected, and creates no file', async () => {
    await expect(backupSqlite({ path, to })).rejects.toThrow(
      `There is no database "${path}" to copy.`,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('may have names that SQLite would parse as URIs', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const store = await openSqliteStore({ path: 'file:chat.db' });
      await store.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
      await store.close();
      await backupSqlite({ path: 'file:chat.db', to: 'file:backup.db' });
      const copy = await openSqliteStore({ path: 'file:backup.db' });
      expect(await copy.userByName('ada')).toMatchObject({ id: 'u1' });
      await copy.close();
      expect(readdirSync('.').filter((name) => !name.startsWith('file:'))).toEqual([]);
    } finally {
      process.chdir(before);
    }
  });

  it('of a database of another program is rejected, and creates no file', async () => {
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE schema_version AS SELECT 1 AS version');
    other.close();
    await expect(backupSqlite({ path, to })).rejects.toThrow(
      `The database "${path}" belongs to another program`,
    );
    expect(readdirSync(folder)).toEqual(['chat.db']);
  });

  it('leaves no file behind when it fails', async () => {
    writeFileSync(path, 'This is not a database. '.repeat(300));
    await expect(backupSqlite({ path, to })).rejects.toThrow(
      `The database "${path}" could not be copied to "${to}": file is not a database.`,
    );
    expect(readdirSync(folder)).toEqual(['chat.db']);
  });
});
