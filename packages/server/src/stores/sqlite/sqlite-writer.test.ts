import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../domain/errors.js';
import type { UserTransaction } from '../../domain/ports/store.js';
import { sqliteDialect } from '../sql/dialect.js';
import { SqlStore } from '../sql/sql-store.js';
import { prepareStatements } from '../sql/statements.js';
import { appendMessage, nextMessage } from '../testing/append-message.js';
import { openForWriting } from './open-sqlite.js';
import { SqliteConnection } from './sqlite-connection.js';
import { createSqliteEngine } from './sqlite-engine.js';
import { openSqliteStore } from './sqlite-store.js';
import { SqliteWriter } from './sqlite-writer.js';

describe('transactions that share a commit', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-sqlite-writer-'));
    path = join(folder, 'chat.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are acknowledged and stored, or rejected and not stored, when the disk becomes full', async () => {
    const connection = await openForWriting(path, 0);
    const openReader = () => new SqliteConnection(path, { readOnly: true, busyTimeoutMs: 0 });
    const statements = prepareStatements(sqliteDialect);
    const writer = new SqliteWriter(connection, 0);
    const engine = createSqliteEngine({ writer, reader: openReader(), openReader }, statements);
    const store = new SqlStore(engine, statements);
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const appendAll = () =>
      Promise.allSettled(
        users.map((userId) =>
          store.transaction(userId, (tx) =>
            appendMessage(tx, { userId, content: 'x'.repeat(2_000) }),
          ),
        ),
      );

    // SQLite's own limit causes the same error as a full disk.
    connection.rows('PRAGMA max_page_count = 60');
    const outcomes = [
      await appendAll(),
      await appendAll(),
      await appendAll(),
      await appendAll(),
    ].flat();
    const stored = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(stored).toBeGreaterThan(0);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toBeInstanceOf(StoreUnavailableError);
      expect(outcome.reason.message).toBe('The disk is full: the database cannot grow.');
    }
    expect(outcomes.length - stored).toBeGreaterThan(0);
    const counts = await Promise.all(
      users.map(async (userId) => (await store.state(userId)).lastSeq),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(stored);

    connection.rows('PRAGMA max_page_count = 10000');
    expect((await appendAll()).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  it('are stored when one of them fails, and none runs again when one is refused', async () => {
    const store = await openSqliteStore({ path });
    let runs = 0;
    const append = (userId: string, prepare: (tx: UserTransaction) => void = () => {}) =>
      store.transaction(userId, (tx) => {
        runs += 1;
        prepare(tx);
        return appendMessage(tx, { userId, content: 'Hello' }).seq;
      });
    const refused = new Error('The rules of the domain refuse this.');
    const refuse = () => {
      throw refused;
    };
    expect(await Promise.allSettled([append('a'), append('b', refuse), append('c')])).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: refused },
      { status: 'fulfilled', value: 1 },
    ]);
    expect(runs).toBe(3);

    // The same message twice: the database rejects the second insert.
    const insertTwice = (tx: UserTransaction) =>
      tx.insertMessage(nextMessage(tx.state, { userId: 'b', content: 'Hello' }).message);
    const outcomes = await Promise.allSettled([append('a'), append('b', insertTwice), append('c')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const lengths = ['a', 'b', 'c'].map(async (userId) => (await store.state(userId)).lastSeq);
    expect(await Promise.all(lengths)).toEqual([2, 0, 2]);
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  it('wait for another process without blocking this one', async () => {
    const store = await openSqliteStore({ path, busyTimeoutMs: 60_000 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const waiting = store.addUser({ id: 'u1', username: 'ada', passwordHash: '' });
    // This timer would not run if the wait blocked the event loop.
    setTimeout(() => other.exec('COMMIT'), 20);
    expect(await waiting).toBe(true);
    other.close();
    await store.close();
  });
});
