import type { ChatClient, ExtensionUnavailableError, Message } from '@chat/client';
import { expect } from 'vitest';
import { failure } from '../outcome.js';
import { expected, type Scenario } from '../scenario.js';

/** What was said, page by page and message by message; sessions, ratings, figures. */
export function history(scenario: Scenario): void {
  scenario('pages of the history, newest first', async (stage) => {
    const client = stage.client();
    await say(client, ['1', '2', '3']);
    const page = await client.chat.history({ page: 1, pageSize: 4 });
    expect(contents(page.messages)).toEqual(['re: 3', '3', 're: 2', '2']);
    expect(page.pagination).toEqual({ total: 6, page: 1, pageSize: 4 });
    expect(page.hasNextPage()).toBe(true);
    const next = await page.nextPage();
    expect(contents(next.messages)).toEqual(['re: 1', '1']);
    expect(next.hasNextPage()).toBe(false);
    expect((await next.nextPage()).messages).toEqual([]);
  });

  scenario('a history without messages is one empty page', async (stage) => {
    const client = stage.client();
    const page = await client.chat.history();
    expect(page).toMatchObject({ messages: [], pagination: { total: 0, page: 1, pageSize: 20 } });
    expect(await all(client.chat.history())).toEqual([]);
  });

  scenario('iterating reads every message, while new ones arrive none twice', async (stage) => {
    const client = stage.client();
    const words = Array.from({ length: 10 }, (_, index) => `${index}`);
    await say(client, words);
    const before = (await stage.stored()).toReversed();
    const read: string[] = [];
    for await (const { role, content } of client.chat.history({ pageSize: 3 })) {
      read.push(`${role}: ${content}`);
      if (read.length % 5 === 0) await client.chat.send(`late ${read.length}`);
    }
    expect(read).toEqual(before);
  });

  scenario('oldest first where the backend can, newest first where it cannot', async (stage) => {
    const client = stage.client();
    await say(client, ['1', '2']);
    const asc = ['1', 're: 1', '2', 're: 2'];
    expect(await all(client.chat.history({ order: 'asc', pageSize: 3 }))).toEqual(
      expected(stage.can.sessions, { extension: asc, coreOnly: asc.toReversed() }),
    );
  });

  scenario('sessions are listed newest first, and their messages can be had', async (stage) => {
    const client = stage.client();
    await say(client, ['1', '2']);
    await client.logout();
    await say(client, ['3']);
    if (!stage.can.sessions) return unavailable(client.chat.sessions(), 'sessions');
    const page = await client.chat.sessions();
    expect(page.sessions.map(({ messageCount }) => messageCount)).toEqual([2, 4]);
    expect(page.pagination.total).toBe(2);
    const ids: string[] = [];
    for await (const { id } of client.chat.sessions({ pageSize: 1 })) ids.push(id);
    expect(ids).toEqual(page.sessions.map(({ id }) => id));
    const older = client.chat.history({ sessionId: ids[1], pageSize: 100 });
    expect(await all(older)).toEqual(['re: 2', '2', 're: 1', '1']);
  });

  scenario('a rated reply counts, and a second rating replaces the first', async (stage) => {
    const client = stage.client();
    const { messages } = await client.chat.send('How was it?');
    const id = messages[1]?.id ?? 'of a backend without ids';
    if (!stage.can.feedback) {
      await unavailable(client.chat.rate(id, true), 'feedback');
      expect((await client.stats.chat()).satisfactionRate).toBe(0);
      return;
    }
    expect(await client.chat.rate(id, true)).toMatchObject({ id, role: 'assistant' });
    expect((await client.stats.chat()).satisfactionRate).toBe(100);
    await client.chat.rate(id, false);
    expect((await client.stats.chat()).satisfactionRate).toBe(0);
    expect(await failure(client.chat.rate('no-such-message', true))).toMatchObject({
      code: 'not_found',
    });
  });

  scenario('figures over chats and messages', async (stage) => {
    const client = stage.client();
    expect(await client.stats.messages()).toMatchObject({
      totalMessages: 0,
      avgMessagesPerChat: 0,
    });
    await say(client, ['1', '2']);
    await client.logout();
    await say(client, ['3']);
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

async function say(client: ChatClient, words: readonly string[]): Promise<void> {
  for (const word of words) await client.chat.send(word);
}

async function all(messages: AsyncIterable<Message>): Promise<string[]> {
  const read: string[] = [];
  for await (const { content } of messages) read.push(content);
  return read;
}

function contents(messages: readonly Message[]): string[] {
  return messages.map(({ content }) => content);
}

async function unavailable(work: PromiseLike<unknown>, extension: string): Promise<void> {
  const error = await failure<ExtensionUnavailableError>(Promise.resolve(work));
  expect(error).toMatchObject({ code: 'extension_unavailable', extension });
}
