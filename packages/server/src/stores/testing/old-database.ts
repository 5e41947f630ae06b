import { expect } from 'vitest';
import type { Store } from '../../domain/ports/store.js';
import { type Dialect, migrations } from '../sql/migrations.js';
import { appendMessage } from './append-message.js';
import { wholeRange } from './suite/store-under-test.js';

/** The versions of the schema that can be migrated. */
export const oldVersions = migrations.slice(1).map((_, index) => index + 1);

/** The queries that create a database of an old version, with the data of a database that began with version 1. */
export function oldDatabase(dialect: Dialect, version: number): string[] {
  const run = (from: number, to: number) =>
    migrations
      .slice(from, to)
      .flatMap((step) => step(dialect))
      .map((query) => query.compile().sql);
  return [
    'CREATE TABLE schema_version (version integer NOT NULL)',
    `INSERT INTO schema_version VALUES (${version})`,
    ...run(0, 1),
    // Ada sent two messages, the second one without a key; the reply to the first one came late.
    "INSERT INTO user_state VALUES ('ada', 4, 4000, 0, 1, '1970-01-01', 1, 4, 2, 1000, 0, 0)",
    "INSERT INTO sessions VALUES ('ada', 1, 'ada-session', 1000, 4000, 4, 0)",
    ...oldMessages('ada', ['user: Why?', 'user: When?', 'assistant: Then.', 'assistant: So.']),
    "INSERT INTO turns VALUES ('ada', 'k', 1, 4, 1000)",
    "INSERT INTO user_state VALUES ('bob', 3, 3000, 0, 1, '1970-01-01', 1, 3, 1, 1000, 0, 0)",
    "INSERT INTO sessions VALUES ('bob', 1, 'bob-session', 1000, 3000, 3, 0)",
    ...oldMessages('bob', ['user: Who?', 'assistant: Bob.', 'user: And?']),
    "INSERT INTO turns VALUES ('bob', 'k', 1, 2, 1000)",
    "INSERT INTO turns VALUES ('bob', 'open', 3, NULL, 3000)",
    "INSERT INTO revocations VALUES ('old-token', 9000000000000)",
    ...run(1, version),
  ];
}

function oldMessages(userId: string, lines: string[]): string[] {
  return lines.map((line, at) => {
    const [role, content] = line.split(': ');
    const seq = at + 1;
    return `INSERT INTO messages VALUES ('${userId}', ${seq}, '${userId}-${seq}', '${userId}-session', ${seq}, '${role}', '${content}', ${seq}000, 1, NULL)`;
  });
}

/** After migration, the database has its old data and accepts new columns. */
export async function expectMigrated(store: Store): Promise<void> {
  const links = async (userId: string) =>
    (await store.messages(userId, wholeRange)).map(({ content, replyTo }) => [content, replyTo]);
  const old = [
    ['Why?', undefined],
    ['When?', undefined],
    ['Then.', undefined],
    ['So.', 'ada-1'],
  ];
  expect(await links('ada')).toEqual(old);
  expect((await store.messages('ada', wholeRange))[2]).not.toHaveProperty('replyTo');
  expect(await links('bob')).toEqual([
    ['Who?', undefined],
    ['Bob.', 'bob-1'],
    ['And?', undefined],
  ]);
  await store.transaction('ada', (tx) =>
    appendMessage(tx, { userId: 'ada', content: 'Late.', role: 'assistant', replyTo: 'ada-2' }),
  );
  expect(await links('ada')).toEqual([...old, ['Late.', 'ada-2']]);
  expect(await store.check()).toEqual([]);
  // Revocations had no user.
  expect(await store.isTokenRevoked('ada', ['old-token', 'password'])).toBe(true);
  expect(await store.isTokenRevoked('ada', ['other', 'password'])).toBe(false);
  await store.purge({ idempotencyRecordsCreated: 0, revocationsExpired: 9_000_000_000_001 });
  expect(await store.isTokenRevoked('ada', ['old-token', 'password'])).toBe(false);
}
