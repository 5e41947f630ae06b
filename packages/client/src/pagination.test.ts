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

/** A history that grows; `before` is called with the page number before each response. */
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
        // Many are identical: only their position differs.
        content: this.#withIds ? `Message ${nth}` : `Same ${nth % 3}`,
        timestamp: '2026-01-01T00:00:00.000Z',
      });
    }
  }

  /** Set it to make the backend send smaller pages than it announces. */
  maxPageSize = Number.POSITIVE_INFINITY;

  readonly script: Script = ({ query }) => {
    const page = Number(query.get('page') ?? 1);
    const pageSize = Number(query.get('pageSize') ?? 20);
    const used = Math.min(pageSize, this.maxPageSize);
    this.before(page);
    const ordered = query.get('order') === 'asc' ? this.messages : this.messages.toReversed();
    const messages = ordered.slice((page - 1) * used, page * used);
    return { body: { messages, pagination: { total: this.messages.length, page, pageSize } } };
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the history', () => {
  it('returns a page with its next page', async () => {
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

  it('sends only the given options', async () => {
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

  it('is iterated to the end, with one request per page', async () => {
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
    'with %s yields each message once while others arrive (%s, %i per page)',
    async (_, withIds, arriving) => {
      const history = new GrowingHistory(10, withIds);
      const initial = history.messages.toReversed();
      let arrivals = 4;
      history.before = (page) => {
        if (page > 1 && arrivals-- > 0) history.grow(arriving);
      };
      await using server = await ScriptedServer.start(history.script);
      const client = new ChatClient({ baseUrl: server.url, token: 't' });

      expect(await all(client.chat.history({ pageSize: 3 }))).toEqual(initial);
    },
  );

  it('yields no message twice when the backend deletes the oldest', async () => {
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

  it('oldest first also yields messages that arrive during the iteration', async () => {
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
    'misses no message when the total is newer than the page (%i per page)',
    async (pageSize) => {
      const history = new GrowingHistory(10, true);
      await using server = await ScriptedServer.start(async (request) => {
        const response = await history.script(request);
        const { messages, pagination } = (response as { body: HistoryBody }).body;
        const total = pagination.page > 1 ? pagination.total + 1 : pagination.total;
        return { body: { messages, pagination: { ...pagination, total } } };
      });
      const client = new ChatClient({ baseUrl: server.url, token: 't' });

      expect(await all(client.chat.history({ pageSize }))).toEqual(history.messages.toReversed());
    },
  );

  it.each([
    ['its own number', 1],
    ['the requested number', undefined],
  ])('ends when the backend always returns the same page with %s', async (_, page) => {
    const history = new GrowingHistory(40, true);
    await using server = await ScriptedServer.start(async ({ query, ...request }) => {
      const response = await history.script({ ...request, query: new URLSearchParams() });
      const { messages, pagination } = (response as { body: HistoryBody }).body;
      const number = page ?? Number(query.get('page') ?? 1);
      return { body: { messages, pagination: { ...pagination, page: number, total: 10_000 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const newest = history.messages.toReversed().slice(0, 20);
    expect(await all(client.chat.history())).toEqual(newest);
    expect(server.requests.map(({ query }) => query.get('page'))).toEqual([null, '2', '3']);
  });

  it.each([
    ['new messages', (page: number) => page * 1_000, undefined],
    ['the same messages', () => 0, undefined],
    ['the same messages, oldest first', () => 0, 'asc'],
  ] as const)('ends when the total grows with each page of %s', async (_, firstId, order) => {
    await using server = await ScriptedServer.start(({ query }) => {
      const page = Number(query.get('page') ?? 1);
      const messages = Array.from({ length: 20 }, (_, nth) => ({
        id: `m${firstId(page) + nth}`,
        role: 'user',
        content: 'Hello',
        timestamp: '2026-01-01T00:00:00.000Z',
      }));
      const total = 1_000 * server.requests.length;
      return { body: { messages, pagination: { total, page, pageSize: 20 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const messages = await all(client.chat.history(order && { order }));
    expect(messages).toHaveLength(20);
    expect(server.requests.length).toBeLessThan(20);
  });

  it('yields all messages though many arrive between two pages', async () => {
    const history = new GrowingHistory(10, true);
    const initial = history.messages.toReversed();
    let arrivals = 2;
    history.before = (page) => {
      if (page > 1 && arrivals-- > 0) history.grow(200);
    };
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await all(client.chat.history({ pageSize: 3 }))).toEqual(initial);
    expect(server.requests.length).toBeLessThan(12);
  });

  describe('of a backend that sends smaller pages than it announces', () => {
    const capped = async (count: number, withIds: boolean) => {
      const history = new GrowingHistory(count, withIds);
      history.maxPageSize = 10;
      const server = await ScriptedServer.start(history.script);
      const client = new ChatClient({ baseUrl: server.url, token: 't' });
      return { history, server, client };
    };
    const contents = (messages: readonly { content: string }[]) =>
      messages.map(({ content }) => content);

    it.each([
      ['newest first, with ids', 'desc', true],
      ['newest first, without ids', 'desc', false],
      ['oldest first, with ids', 'asc', true],
      ['oldest first, without ids', 'asc', false],
    ] as const)('is complete: %s', async (_, order, withIds) => {
      const { history, server, client } = await capped(35, withIds);
      await using _server = server;
      const found = await all(client.chat.history({ pageSize: 30, order }));
      const stored = order === 'asc' ? history.messages : history.messages.toReversed();
      expect(contents(found)).toEqual(contents(stored));
      expect(server.requests).toHaveLength(4);
      const first = await client.chat.history({ pageSize: 30, order });
      expect(first.pagination.pageSize).toBe(10);
      expect(first.hasNextPage()).toBe(true);
    });

    it('is complete from a later page on', async () => {
      const { history, server, client } = await capped(50, true);
      await using _server = server;
      const found = await all(client.chat.history({ page: 2, pageSize: 30 }));
      expect(contents(found)).toEqual(contents(history.messages.slice(0, 40).reverse()));
    });

    it.each([
      ['one message arrives before each page, with ids', 1, true],
      ['one message arrives before each page, without ids', 1, false],
      ['forty messages arrive before each page', 40, true],
    ])('is complete when %s', async (_, arriving, withIds) => {
      const { history, server, client } = await capped(60, withIds);
      await using _server = server;
      const stored = history.messages.toReversed();
      history.before = (page) => {
        if (page > 1 && history.messages.length < 200) history.grow(arriving);
      };
      const found = await all(client.chat.history({ pageSize: 30 }));
      expect(contents(found)).toEqual(contents(stored));
    });
  });

  it('is complete when each page has an item more than announced', async () => {
    const history = new GrowingHistory(62, true);
    await using server = await ScriptedServer.start((request) => {
      const page = Number(request.query.get('page') ?? 1);
      const messages = history.messages.slice((page - 1) * 20, page * 20 + 1);
      return { body: { messages, pagination: { total: 62, page, pageSize: 20 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });
    expect(await all(client.chat.history({ order: 'asc' }))).toHaveLength(62);
  });

  it('ends when the total is too high', async () => {
    await using server = await ScriptedServer.start(({ query }) => {
      const page = Number(query.get('page') ?? 1);
      return { body: { messages: [], pagination: { total: 99, page, pageSize: 20 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await all(client.chat.history())).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('requests no more pages after a break', async () => {
    const history = new GrowingHistory(30, true);
    await using server = await ScriptedServer.start(history.script);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    for await (const message of client.chat.history({ pageSize: 3 })) {
      if (message.id === 'm26') break;
    }
    expect(server.requests).toHaveLength(2);
  });

  it('reports a failed first page where it is iterated, also later', async () => {
    await using server = await ScriptedServer.start(() => ({ status: 404, body: {} }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });
    const items = client.chat.history();
    // The first request has failed when the second one has; nothing handles its error yet.
    await expect(client.chat.history()).rejects.toThrow('status 404');
    await expect(all(items)).rejects.toThrow('status 404');
  });

  it('is returned as it is when responses are not validated', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { messages: [] } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', validate: false });
    const page = await client.chat.history();
    expect(page.messages).toEqual([]);
    expect(page.hasNextPage()).toBe(false);
  });

  it('rejects when it is awaited or iterated', async () => {
    await using server = await ScriptedServer.start(() => ({ status: 400 }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await expect(client.chat.history({ page: 0 })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(all(client.chat.history({ page: 0 }))).rejects.toMatchObject({
      code: 'bad_request',
    });
  });
});
