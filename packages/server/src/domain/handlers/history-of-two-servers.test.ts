import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../stores/sqlite/sqlite-store.js';
import { createTestChat, type TestChat, type TestUser } from '../../testing/test-chat.js';
import type { Store } from '../ports/store.js';

let folder: string;
let file: string;
let stores: Store[];
let servers: TestChat[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-two-servers-'));
  file = join(folder, 'chat.db');
  stores = [await openSqliteStore({ path: file }), await openSqliteStore({ path: file })];
  servers = stores.map((store) => createTestChat({ store }));
});
afterEach(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});

/** One user on two servers; the second one has cached her page. */
async function adaAtBoth(): Promise<{ here: TestUser; there: TestUser; userId: string }> {
  const [here, there] = [await servers[0]!.login('ada'), await servers[1]!.login('ada')];
  await here.send('one');
  for (let i = 0; i < 3; i += 1) await page(there);
  const { sub } = JSON.parse(atob(here.token.split('.')[1]!));
  return { here, there, userId: sub };
}

async function page(user: TestUser) {
  const { messages, pagination } = (await user.call('history')).body;
  return { messages, ...pagination } as {
    total: number;
    messages: { content: string; status: string; sessionId: string }[];
  };
}
const contents = async (user: TestUser) => (await page(user)).messages.map((each) => each.content);
const statuses = async (user: TestUser) => (await page(user)).messages.map((each) => each.status);

describe('a cached page', () => {
  it('contains at once what another server on the same file stored', async () => {
    const { here, there } = await adaAtBoth();
    for (const message of ['two', 'three']) {
      await here.send(message);
      expect((await contents(there)).slice(0, 2)).toEqual([message, message]);
    }
    expect((await page(there)).total).toBe(6);
    await there.send('four');
    expect(await contents(here)).toEqual(await contents(there));
  });

  it('shows at once what was read on another server', async () => {
    const { there, userId } = await adaAtBoth();
    expect(await statuses(there)).toEqual(['delivered', 'delivered']);
    for (const [readSeq, expected] of [
      [1, ['delivered', 'read']],
      [2, ['read', 'read']],
    ] as const) {
      await stores[0]!.transaction(userId, (tx) => {
        tx.saveState({ ...tx.state, readSeq });
      });
      expect(await statuses(there)).toEqual(expected);
      expect(await statuses(there)).toEqual(expected);
    }
  });

  it('does not show a delivered message as sent', async () => {
    const { here, there, userId } = await adaAtBoth();
    await servers[0]!.api.pushMessage(userId, 'Are you there?');
    const disconnected = AbortSignal.abort();
    for (let i = 0; i < 2; i += 1) {
      const { body } = await there.call('history', { signal: disconnected });
      expect(body.messages[0].status).toBe('sent');
    }
    expect((await statuses(here))[0]).toBe('delivered');
    expect((await statuses(there))[0]).toBe('delivered');
  });

  it('marks a message as delivered as soon as the store is available', async () => {
    const { there, userId } = await adaAtBoth();
    await servers[0]!.api.pushMessage(userId, 'Are you there?');
    const { transaction } = stores[1]!;
    stores[1]!.transaction = () => Promise.reject(new Error('disk full'));
    expect((await statuses(there))[0]).toBe('delivered');
    stores[1]!.transaction = transaction;
    await page(there);
    const [pushed] = await stores[0]!.messages(userId, { from: 3, to: 3 });
    expect(pushed?.delivered).toBe(true);
  });

  it('has the new session after a logout on another server', async () => {
    const { here, there } = await adaAtBoth();
    await here.call('logout');
    await (await servers[0]!.login('ada')).send('two');
    const [newest, , before] = (await page(there)).messages;
    expect(newest?.content).toBe('two');
    expect(newest?.sessionId).not.toBe(before?.sessionId);
  });

  it.each([
    ['as many', ['three', 'four']],
    ['more', ['three', 'four', 'five']],
  ])(
    'does not contain messages that were deleted from the file, which has %s now',
    async (_, sent) => {
      const { here, there } = await adaAtBoth();
      await here.send('two');
      await page(there);
      const database = new DatabaseSync(file);
      for (const table of ['messages', 'turns', 'sessions', 'user_state']) {
        database.exec(`DELETE FROM ${table}`);
      }
      database.close();
      servers[0]!.clock.advance(1);
      for (const message of sent) await here.send(message);
      expect(await contents(there)).toEqual(
        sent.flatMap((message) => [message, message]).reverse(),
      );
    },
  );
});
