import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteStore } from '../sqlite-store.js';
import { appendMessage } from '../testing/append-message.js';
import { seedMessages } from './seed-messages.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-seed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes histories that are sound and go on', async () => {
  const path = join(folder, 'chat.db');
  await seedMessages({ path, userId: 'ada', messages: 1_005, perSession: 10 });
  await seedMessages({ path, userId: 'bob', messages: 2 });
  const store = await openSqliteStore({ path });
  expect(await store.check()).toEqual([]);
  expect(await store.state('ada')).toMatchObject({
    lastSeq: 1_005,
    sessionCount: 101,
    session: { messageCount: 5 },
  });
  await store.transaction('ada', (tx) => appendMessage(tx, { userId: 'ada', content: 'next' }));
  expect(await store.check()).toEqual([]);
  await store.close();
});
