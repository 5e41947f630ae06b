import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StoreOpenError } from '../store-open-error.js';
import { lockForServer } from './lock-for-server.js';
import { openSqliteStore } from './sqlite-store.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-lock-'));
  path = join(folder, 'chat.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('rejects a second server until the first one releases the file', () => {
  const release = lockForServer(path);
  expect(() => lockForServer(path)).toThrow(
    new StoreOpenError(
      `The database "${path}" is in use by another server: stop that server, or choose another file. Several servers need PostgreSQL and Redis.`,
    ),
  );
  release();
  lockForServer(path)();
});

it('rejects a second server that uses another name of the file, and not other programs', async () => {
  await (await openSqliteStore({ path })).close();
  const release = lockForServer(path);
  symlinkSync(path, join(folder, 'link.db'));
  expect(() => lockForServer(join(folder, 'link.db'))).toThrow(StoreOpenError);
  const store = await openSqliteStore({ path });
  await store.addUser({ id: 'u1', username: 'ada', passwordHash: 'hash' });
  await store.close();
  release();
});

it('rejects a second server through a link, after the file was moved without its lock', async () => {
  writeFileSync(path, '');
  const release = lockForServer(path);
  renameSync(path, join(folder, 'moved.db'));
  symlinkSync('moved.db', path);
  expect(() => lockForServer(path)).toThrow(StoreOpenError);
  release();
  lockForServer(path)();
});

it('locks a file in a folder that has another name', () => {
  symlinkSync(folder, `${folder}-link`);
  const release = lockForServer(join(`${folder}-link`, 'chat.db'));
  expect(() => lockForServer(path)).toThrow(StoreOpenError);
  release();
  rmSync(`${folder}-link`);
});

it('rejects a file with a second hard link', () => {
  writeFileSync(path, '');
  linkSync(path, join(folder, 'other.db'));
  expect(() => lockForServer(path)).toThrow(
    `The database "${path}" has 2 names (hard links), and writing to it through two of them destroys it: delete the other names, or replace them by symbolic links.`,
  );
  rmSync(join(folder, 'other.db'));
  lockForServer(path)();
  // A folder has several links, too: opening it as a database explains what is wrong.
  mkdirSync(join(folder, 'folder'));
  lockForServer(join(folder, 'folder'))();
});
