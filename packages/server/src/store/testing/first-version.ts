import { expect } from 'vitest';
import type { Store } from '../../chat/store.js';
import { type Dialect, migrations } from '../sql/migrations.js';
import { appendMessage } from './append-message.js';
import { allNumbers } from './store-subject.js';

/** A database as the first release left it, with a question and its answer: what makes it, query by query. */
export function firstVersion(dialect: Dialect): string[] {
  const [createTables] = migrations;
  if (createTables === undefined) throw new Error('There is no first step.');
  return [
    'CREATE TABLE schema_version (version integer NOT NULL)',
    'INSERT INTO schema_version VALUES (1)',
    ...createTables(dialect).map((query) => query.compile().sql),
    "INSERT INTO user_state VALUES ('ada', 2, 2000, 0, 1, '1970-01-01', 1, 2, 1, 1000, 0, 0)",
    "INSERT INTO sessions VALUES ('ada', 1, 's1', 1000, 2000, 2, 0)",
    "INSERT INTO messages VALUES ('ada', 1, 'm1', 's1', 1, 'user', 'Why?', 1000, 1, NULL)",
    "INSERT INTO messages VALUES ('ada', 2, 'm2', 's1', 2, 'assistant', 'So.', 2000, 1, NULL)",
  ];
}

/** That database, opened by this release, has what it had and takes what it did not know. */
export async function expectMigrated(store: Store): Promise<void> {
  const common = { userId: 'ada', sessionId: 's1', delivered: true };
  const old = [
    { ...common, id: 'm1', seq: 1, sessionSeq: 1, role: 'user', content: 'Why?', timestamp: 1000 },
    {
      ...common,
      id: 'm2',
      seq: 2,
      sessionSeq: 2,
      role: 'assistant',
      content: 'So.',
      timestamp: 2000,
    },
  ];
  expect(await store.messages('ada', allNumbers)).toStrictEqual(old);
  const say = (content: string, role: 'user' | 'assistant', replyTo?: string) =>
    store.transaction('ada', (tx) => appendMessage(tx, { userId: 'ada', content, role, replyTo }));
  const question = await say('And why?', 'user');
  const answer = await say('Just so.', 'assistant', question.id);
  expect(answer.replyTo).toBe(question.id);
  expect(await store.messages('ada', allNumbers)).toStrictEqual([...old, question, answer]);
  expect(await store.check()).toEqual([]);
}
