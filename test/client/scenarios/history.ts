import type { ChatClient, ExtensionUnavailableError, Message } from '@chat/client';
import { expect } from 'vitest';
import { rejectionOf } from '../promises.js';
import { expected, type Scenario } from '../scenario.js';

/** History pages and iteration; sessions, ratings, statistics. */
export function history(scenario: Scenario): void {
  scenario('returns history pages, newest first', async (env) => {
    const client = env.client();
    await sendAll(client, ['1', '2', '3']);
    const page = await client.chat.history({ page: 1, pageSize: 4 });
    expect(contents(page.messages)).toEqual(['re: 3', '3', 're: 2', '2']);
    expect(page.pagination).toEqual({ total: 6, page: 1, pageSize: 4 });
    expect(page.hasNextPage()).toBe(true);
    const next = await page.nextPage();
    expect(contents(next.messages)).toEqual(['re: 1', '1']);
    expect(next.hasNextPage()).toBe(false);
    expect((await next.nextPage()).messages).toEqual([]);
  });

  scenario('returns one empty page for an empty history', async (env) => {
    const client = env.client();
    const page = await client.chat.history();
    expect(page).toMatchObject({ messages: [], pagination: { total: 0, page: 1, pageSize: 20 } });
    expect(await readAll(client.chat.history())).toEqual([]);
  });

  scenario('iterates over every message once while new ones arrive', async (env) => {
    const client = env.client();
    const contents = Array.from({ length: 10 }, (_, index) => `${index}`);
    await sendAll(client, contents);
    const before = (await env.storedMessages()).toReversed();
    const read: string[] = [];
    for await (const { role, content } of client.chat.history({ pageSize: 3 })) {
      read.push(`${role}: ${content}`);
      if (read.length % 5 === 0) await client.chat.send(`late ${read.length}`);
    }
    expect(read).toEqual(before);
  });

  scenario('reads oldest first if the backend supports it, otherwise newest first', async (env) => {
    const client = env.client();
    await sendAll(client, ['1', '2']);
    const asc = ['1', 're: 1', '2', 're: 2'];
    expect(await readAll(client.chat.history({ order: 'asc', pageSize: 3 }))).toEqual(
      expected(env.supports.sessions, { extension: asc, coreOnly: asc.toReversed() }),
    );
  });

  scenario('lists sessions newest first, and reads the messages of one session', async (env) => {
    const client = env.client();
    await sendAll(client, ['1', '2']);
    await client.logout();
    await sendAll(client, ['3']);
    if (!env.supports.sessions) return expectUnavailable(client.chat.sessions(), 'sessions');
    const page = await client.chat.sessions();
    expect(page.sessions.map(({ messageCount }) => messageCount)).toEqual([2, 4]);
    expect(page.pagination.total).toBe(2);
    const ids: string[] = [];
    for await (const { id } of client.chat.sessions({ pageSize: 1 })) ids.push(id);
    expect(ids).toEqual(page.sessions.map(({ id }) => id));
    const older = client.chat.history({ sessionId: ids[1], pageSize: 100 });
    expect(await readAll(older)).toEqual(['re: 2', '2', 're: 1', '1']);
  });

  scenario('counts a rating, and replaces it with a second one', async (env) => {
    const client = env.client();
    const { messages } = await client.chat.send('How was it?');
    const id = messages[1]?.id ?? 'no id';
    if (!env.supports.feedback) {
      await expectUnavailable(client.chat.rate(id, true), 'feedback');
      expect((await client.stats.chat()).satisfactionRate).toBe(0);
      return;
    }
    expect(await client.chat.rate(id, true)).toMatchObject({ id, role: 'assistant' });
    expect((await client.stats.chat()).satisfactionRate).toBe(100);
    await client.chat.rate(id, false);
    expect((await client.stats.chat()).satisfactionRate).toBe(0);
    expect(await rejectionOf(client.chat.rate('no-such-message', true))).toMatchObject({
      code: 'not_found',
    });
  });

  scenario('returns statistics of chats and messages', async (env) => {
    const client = env.client();
    expect(await client.stats.messages()).toMatchObject({
      totalMessages: 0,
      avgMessagesPerChat: 0,
    });
    await sendAll(client, ['1', '2']);
    await client.logout();
    await sendAll(client, ['3']);
    expect(await client.stats.messages()).toEqual({
      todayMessages: 6,
      totalMessages: 6,
      avgMessagesPerChat: 3,
    });
    expect(await client.stats.chat()).toEqual({
      todayChats: 2,
      totalChats: 2,
      avgResponseTime: expect.any(Number),
      satisfactionRate: 0,
    });
  });
}

async function sendAll(client: ChatClient, contents: readonly string[]): Promise<void> {
  for (const content of contents) await client.chat.send(content);
}

async function readAll(messages: AsyncIterable<Message>): Promise<string[]> {
  const read: string[] = [];
  for await (const { content } of messages) read.push(content);
  return read;
}

function contents(messages: readonly Message[]): string[] {
  return messages.map(({ content }) => content);
}

async function expectUnavailable(work: PromiseLike<unknown>, extension: string): Promise<void> {
  const error = await rejectionOf<ExtensionUnavailableError>(Promise.resolve(work));
  expect(error).toMatchObject({ code: 'extension_unavailable', extension });
}
