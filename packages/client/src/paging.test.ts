import { describe, expect, it } from 'vitest';
import { ChatClient } from './client.js';
import { type Script, ScriptedServer } from './testing/scripted-server.js';

interface Stored {
  id?: string;
  role: 'user' | 'assistant';
  content: string;
  timestamp: string;
}

interface HistoryBody {
  messages: Stored[];
  pagination: { total: number; page: number; pageSize: number };
}

/** A history that grows; `before` is called before each page is answered, with its number. */
class GrowingHistory {
  readonly messages: Stored[] = [];
  readonly #withIds: boolean;
  before: (page: number) => void = () => {};

  constructor(count: number, withIds: boolean) {
    this.#withIds = withIds;
    this.grow(count);
  }

  grow(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const nth = this.messages.length;
      this.messages.push({
        ...(this.#withIds ? { id: `m${nth}` } : {}),
        role: nth % 2 === 0 ? 'user' : 'assistant',
        // Many alike: only their place tells them apart.
        content: this.#withIds ? `Message ${nth}` : `Same ${nth % 3}`,
        timestamp: '2026-01-01T00:00:00.000Z',
      });
    }
  }

  readonly script: Script = ({ query }) => {
    const page = Number(query.get('page') ?? 1);
    const pageSize = Number(query.get('pageSize') ?? 20);
    this.before(page);
    const ordered = query.get('order') === 'asc' ? this.messages : this.messages.toReversed();
    const messages = ordered.slice((page - 1) * pageSize, page * pageSize);
    return { body: { messages, pagination: { total: this.messages.length, page, pageSize } } };
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the history', () => {
  it('comes as a page that knows the next one', async () => {
    const history = new GrowingHistory(5, true);
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const first = await client.chat.history({ page: 1, pageSize: 3 });
    expect(first.messages.map(({ id }) => id)).toEqual(['m4', 'm3', 'm2']);
    expect(first.pagination).toEqual({ total: 5, page: 1, pageSize: 3 });
    expect(first.hasNextPage()).toBe(true);
    const second = await first.nextPage();
    expect(second.messages.map(({ id }) => id)).toEqual(['m1', 'm0']);
    expect(second.hasNextPage()).toBe(false);
    expect((await second.nextPage()).messages).toEqual([]);
  });

  it('is asked for with what was given and nothing else', async () => {
    const history = new GrowingHistory(1, true);
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await client.chat.history();
    await client.chat.history({ pageSize: 7, order: 'asc', sessionId: 'a/b&c' });
    expect(server.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
      {},
      { pageSize: '7', order: 'asc', sessionId: 'a/b&c' },
    ]);
  });

  it('is iterated to its end, with one request for each page', async () => {
    const history = new GrowingHistory(7, true);
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const messages = await all(client.chat.history({ pageSize: 3 }));
    expect(messages).toEqual(history.messages.toReversed());
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    ['ids', true, 1],
    ['ids', true, 3],
    ['ids', true, 10],
    ['no ids', false, 1],
    ['no ids', false, 3],
    ['no ids', false, 10],
  ])(
    'of messages with %s shows each once while others arrive (%s, %i a page)',
    async (_, withIds, arriving) => {
      const history = new GrowingHistory(10, withIds);
      const atFirst = history.messages.toReversed();
      let arrivals = 4;
      history.before = (page) => {
        if (page > 1 && arrivals-- > 0) history.grow(arriving);
      };
      await using server = await ScriptedServer.start(history.script);
      const client = new ChatClient({ baseUrl: server.url, token: 't' });

      expect(await all(client.chat.history({ pageSize: 3 }))).toEqual(atFirst);
    },
  );

  it('of a backend that forgets its oldest shows none twice', async () => {
    const history = new GrowingHistory(10, true);
    history.before = (page) => {
      if (page === 1) return;
      history.messages.push({ ...history.messages[0], id: `new${page}` } as Stored);
      history.messages.shift();
    };
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const ids = (await all(client.chat.history({ pageSize: 3 }))).map(({ id }) => id);
    expect(ids).toEqual(['m9', 'm8', 'm7', 'm6', 'm5', 'm4', 'm3']);
  });

  it('oldest first also shows what arrived meanwhile', async () => {
    const history = new GrowingHistory(5, true);
    history.before = (page) => {
      if (page === 2) history.grow(2);
    };
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const messages = await all(client.chat.history({ pageSize: 3, order: 'asc' }));
    expect(messages).toEqual(history.messages);
  });

  it.each([1, 3, 20])(
    'misses none whose place a count that runs ahead makes doubtful (%i a page)',
    async (pageSize) => {
      const history = new GrowingHistory(10, true);
      await using server = await ScriptedServer.start(async (request) => {
        const answer = await history.script(request);
        const { messages, pagination } = (answer as { body: HistoryBody }).body;
        const total = pagination.page > 1 ? pagination.total + 1 : pagination.total;
        return { body: { messages, pagination: { ...pagination, total } } };
      });
      const client = new ChatClient({ baseUrl: server.url, token: 't' });

      expect(await all(client.chat.history({ pageSize }))).toEqual(history.messages.toReversed());
    },
  );

  it.each([
    ['says so', 1],
    ['says that it is another', undefined],
  ])('of a backend that has only one page, and %s, ends all the same', async (_, page) => {
    const history = new GrowingHistory(40, true);
    await using server = await ScriptedServer.start(async ({ query, ...request }) => {
      const answer = await history.script({ ...request, query: new URLSearchParams() });
      const { messages, pagination } = (answer as { body: HistoryBody }).body;
      const said = page ?? Number(query.get('page') ?? 1);
      return { body: { messages, pagination: { ...pagination, page: said, total: 10_000 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const newest = history.messages.toReversed().slice(0, 20);
    expect(await all(client.chat.history())).toEqual(newest);
    expect(server.requests.map(({ query }) => query.get('page'))).toEqual([null, '2', '3']);
  });

  it('of a backend that counts too many ends all the same', async () => {
    await using server = await ScriptedServer.start(({ query }) => {
      const page = Number(query.get('page') ?? 1);
      return { body: { messages: [], pagination: { total: 99, page, pageSize: 20 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await all(client.chat.history())).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('stops asking when the loop is left', async () => {
    const history = new GrowingHistory(30, true);
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    for await (const message of client.chat.history({ pageSize: 3 })) {
      if (message.id === 'm26') break;
    }
    expect(server.requests).toHaveLength(2);
  });

  it('fails where it is read, by awaiting or by iterating', async () => {
    await using server = await ScriptedServer.start(() => ({ status: 400 }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await expect(client.chat.history({ page: 0 })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(all(client.chat.history({ page: 0 }))).rejects.toMatchObject({
      code: 'bad_request',
    });
  });
});
