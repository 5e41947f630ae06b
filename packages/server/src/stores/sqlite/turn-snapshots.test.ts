import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadOptions, Store } from '../../domain/ports/store.js';
import { sqliteDialect } from '../sql/dialect.js';
import { prepareStatements } from '../sql/statements.js';
import { appendMessage } from '../testing/append-message.js';
import { SqliteConnection } from './sqlite-connection.js';
import { openSqliteStore } from './sqlite-store.js';
import { TurnSnapshots } from './turn-snapshots.js';

const folder = mkdtempSync(join(tmpdir(), 'chat-sqlite-reads-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const append = (store: Store) =>
  store.transaction('ada', (tx) => appendMessage(tx, { userId: 'ada', content: 'Hello' }));
const lastSeq = async (store: Store, options?: ReadOptions) =>
  (await store.position('ada', options)).lastSeq;
const snapshot = { turnSnapshot: true };

describe('reads of the snapshot of a turn', () => {
  let store: Store;
  let other: Store;
  let path: string;
  beforeEach(async () => {
    files += 1;
    path = join(folder, `${files}.db`);
    store = await openSqliteStore({ path });
    other = await openSqliteStore({ path });
  });
  afterEach(() => Promise.all([store.close(), other.close()]));

  it('see a commit of this process that came after the first of them', async () => {
    const appended = append(store);
    expect(await lastSeq(store, snapshot)).toBe(0);
    await appended;
    expect(await lastSeq(store, snapshot)).toBe(1);
  });

  it('see a commit of another process in the next turn, other reads see it at once', async () => {
    expect(await lastSeq(store, snapshot)).toBe(0);
    await setImmediate();
    const appended = append(other);
    expect(await lastSeq(store, snapshot)).toBe(0);
    await appended;
    expect(await lastSeq(store, snapshot)).toBe(0);
    expect(await lastSeq(store)).toBe(1);
    expect(await lastSeq(store, snapshot)).toBe(1);
  });

  it('see one state until the next turn', async () => {
    const appended = append(other);
    expect(await lastSeq(store, snapshot)).toBe(0);
    await appended;
    expect(await store.messages('ada', { from: 1, to: 1 }, snapshot)).toEqual([]);
    await setImmediate();
    expect(await store.messages('ada', { from: 1, to: 1 }, snapshot)).toHaveLength(1);
  });

  it('end when the store is closed, so that the log is written to the file', async () => {
    await append(store);
    await other.close();
    await Promise.all([lastSeq(store, snapshot), store.close()]);
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it('continue after SQLite has ended the transaction, as it may do after an error', async () => {
    await append(store);
    const connection = new SqliteConnection(path, { readOnly: true, busyTimeoutMs: 0 });
    const snapshots = new TurnSnapshots(connection);
    const { position } = prepareStatements(sqliteDialect);
    const read = () => snapshots.read(position, { userId: 'ada' });
    expect(read()).toMatchObject([{ lastSeq: 1 }]);
    connection.command('ROLLBACK');
    await setImmediate();
    expect(read()).toMatchObject([{ lastSeq: 1 }]);
    snapshots.close();
  });
});
