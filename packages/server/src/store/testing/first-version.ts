import { expect } from 'vitest';
import type { Store } from '../../chat/store.js';
import { type Dialect, migrations } from '../sql/migrations.js';
import { appendMessage } from './append-message.js';
import { allNumbers } from './store-subject.js';

/** A database as the first release left it: what makes it, query by query. */
export function firstVersion(dialect: Dialect): string[] {
  const [createTables] = migrations;
  if (createTables === undefined) throw new Error('There is no first step.');
  return [
    'CREATE TABLE schema_version (version integer NOT NULL)',
    'INSERT INTO schema_version VALUES (1)',
    ...createTables(dialect).map((query) => query.compile().sql),
    // Ada asked twice, the second time without a key, and her first question was answered late.
    "INSERT INTO user_state VALUES ('ada', 4, 4000, 0, 1, '1970-01-01', 1, 4, 2, 1000, 0, 0)",
    "INSERT INTO sessions VALUES ('ada', 1, 'ada-session', 1000, 4000, 4, 0)",
    ...oldMessages('ada', ['user: Why?', 'user: When?', 'assistant: Then.', 'assistant: So.']),
    "INSERT INTO turns VALUES ('ada', 'k', 1, 4, 1000)",
    "INSERT INTO user_state VALUES ('bob', 3, 3000, 0, 1, '1970-01-01', 1, 3, 1, 1000, 0, 0)",
    "INSERT INTO sessions VALUES ('bob', 1, 'bob-session', 1000, 3000, 3, 0)",
    ...oldMessages('bob', ['user: Who?', 'assistant: Bob.', 'user: And?']),
    "INSERT INTO turns VALUES ('bob', 'k', 1, 2, 1000)",
    "INSERT INTO turns VALUES ('bob', 'open', 3, NULL, 3000)",
  ];
}

function oldMessages(userId: string, lines: string[]): string[] {
  return lines.map((line, at) => {
    const [role, content] = line.split(': ');
    const seq = at + 1;
    return `INSERT INTO messages VALUES ('${userId}', ${seq}, '${userId}-${seq}', '${userId}-session', ${seq}, '${role}', '${content}', ${seq}000, 1, NULL)`;
  });
}

/** That database, opened by this release, has what it had and takes what it did not know. */
export async function expectMigrated(store: Store): Promise<void> {
  const links = async (userId: string) =>
    (await store.messages(userId, allNumbers)).map(({ content, replyTo }) => [content, replyTo]);
  const old = [
    ['Why?', undefined],
    ['When?', undefined],
    ['Then.', undefined],
    ['So.', 'ada-1'],
  ];
  expect(await links('ada')).toEqual(old);
  expect((await store.messages('ada', allNumbers))[2]).not.toHaveProperty('replyTo');
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
}
