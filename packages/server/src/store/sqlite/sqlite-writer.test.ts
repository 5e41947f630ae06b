import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import { SqlStore } from '../sql/sql-store.js';
import { prepareStatements } from '../sql/statements.js';
import { openSqliteStore } from '../sqlite-store.js';
import { appendMessage } from '../testing/append-message.js';
import { openForWriting } from './open-sqlite.js';
import { SqliteConnection } from './sqlite-connection.js';
import { sqliteDialect } from './sqlite-dialect.js';
import { createSqliteEngine } from './sqlite-engine.js';
import { SqliteWriter } from './sqlite-writer.js';

describe('transactions that share a commit', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-sqlite-writer-'));
    path = join(folder, 'chat.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are acknowledged and kept, or rejected and not kept, when the disk becomes full', async () => {
    const connection = await openForWriting(path, 0);
    const openReader = () => new SqliteConnection(path, { readOnly: true, busyTimeoutMs: 0 });
    const store = new SqlStore(
      createSqliteEngine({
        writer: new SqliteWriter(connection, 0),
        reader: openReader(),
        openReader,
      }),
      prepareStatements(sqliteDialect.db),
    );
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const sayAll = () =>
      Promise.allSettled(
        users.map((userId) =>
          store.transaction(userId, (tx) =>
            appendMessage(tx, { userId, content: 'x'.repeat(2_000) }),
          ),
        ),
      );

    // SQLite's own limit gives the error that a full disk gives.
    connection.rows('PRAGMA max_page_count = 60');
    const outcomes = [await sayAll(), await sayAll(), await sayAll(), await sayAll()].flat();
    const kept = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeGreaterThan(0);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toBeInstanceOf(StoreUnavailableError);
      expect(outcome.reason.message).toBe('The disk is full: the database cannot grow.');
    }
    expect(outcomes.length - kept).toBeGreaterThan(0);
    const counts = await Promise.all(
      users.map(async (userId) => (await store.state(userId)).lastSeq),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(kept);

    connection.rows('PRAGMA max_page_count = 10000');
    expect((await sayAll()).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  it('wait for another process, and leave this one free meanwhile', async () => {
    const store = await openSqliteStore({ path, busyTimeoutMs: 60_000 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const waiting = store.addUser({ id: 'u1', username: 'ada', passwordHash: '' });
    // This timer would not run if the waiting held up the event loop.
    setTimeout(() => other.exec('COMMIT'), 20);
    expect(await waiting).toBe(true);
    other.close();
    await store.close();
  });
});
