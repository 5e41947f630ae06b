import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestChat, type TestUser } from '../../testing/test-chat.js';

const unlimited = { messagesPerWindow: Number.POSITIVE_INFINITY };

async function page(user: TestUser, query: Record<string, string> = {}) {
  const { body } = await user.call('history', { query });
  return {
    ...body.pagination,
    contents: body.messages.map(({ content }: { content: string }) => content),
  };
}

describe('GET /chat/history', () => {
  it('returns every message of all sessions, newest first, twenty per page', async () => {
    const chat = createTestChat({ limits: unlimited });
    const ada = await chat.login();
    for (let i = 1; i <= 10; i += 1) await ada.send(`${i}`);
    chat.clock.advance(1_800_001);
    await ada.send('11');
    await (await chat.login('bob')).send('not for ada');
    expect(await page(ada)).toEqual({
      total: 22,
      page: 1,
      pageSize: 20,
      contents: Array.from({ length: 20 }, (_, i) => `${11 - Math.floor(i / 2)}`),
    });
    expect(await page(ada, { page: '2' })).toMatchObject({ page: 2, contents: ['1', '1'] });
    expect(await page(ada, { page: '3' })).toMatchObject({ total: 22, page: 3, contents: [] });
    expect((await ada.call('history')).body.messages[0].role).toBe('assistant');
  });

  it('has pages without gaps and overlaps, for every size and order', async () => {
    const ada = await createTestChat({ limits: unlimited }).login();
    for (let i = 1; i <= 12; i += 1) await ada.send(`${i}`);
    const all = (await page(ada, { pageSize: '100', order: 'asc' })).contents;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('asc', 'desc'),
        async (size, order) => {
          const joined: string[] = [];
          for (let number = 1; number <= Math.ceil(24 / size); number += 1) {
            const query = { page: `${number}`, pageSize: `${size}`, order };
            joined.push(...(await page(ada, query)).contents);
          }
          expect(joined).toEqual(order === 'asc' ? all : all.toReversed());
        },
      ),
    );
  });

  it.each([
    ['page', '0'],
    ['page', '-1'],
    ['page', '1.5'],
    ['page', '1e9'],
    ['page', 'NaN'],
    ['page', ''],
    ['page', ' 1'],
    ['page', '9007199254740993'],
    ['page', ['1', '2']],
    ['pageSize', '0'],
    ['pageSize', '101'],
    ['pageSize', 'all'],
    ['order', 'up'],
    ['order', 'DESC'],
    ['sessionId', ''],
  ])('rejects %s=%s and names the parameter', async (name, value) => {
    const ada = await createTestChat().login();
    const { status, body } = await ada.call('history', { query: { [name]: value } });
    expect(status).toBe(400);
    expect(body.detail).toContain(`"${name}" must be`);
  });

  it('is empty for a very high page number', async () => {
    const ada = await createTestChat().login();
    await ada.send('Hello');
    const query = { page: '9007199254740991', pageSize: '100' };
    expect(await page(ada, query)).toMatchObject({ total: 2, contents: [] });
  });

  it('reads only the page, and only once until something changes', async () => {
    const chat = createTestChat({ limits: unlimited });
    const ada = await chat.login();
    for (let i = 1; i <= 30; i += 1) await ada.send(`${i}`);
    const { store } = chat.dependencies;
    const read = store.messages.bind(store);
    const ranges: unknown[] = [];
    store.messages = (userId, range) => {
      ranges.push(range);
      return read(userId, range);
    };
    await page(ada, { pageSize: '5', page: '12' });
    for (let i = 0; i < 3; i += 1) await page(ada, { pageSize: '7', page: '9' });
    await ada.send('31', { prefer: 'return=minimal' });
    await page(ada, { pageSize: '7', page: '9' });
    expect(ranges).toEqual([
      { from: 1, to: 5 },
      { from: 1, to: 4 },
      { from: 1, to: 6 },
    ]);
  });

  it('filters by a session of the user', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const sessionId = (await ada.send('one')).body.messages[0].sessionId;
    await ada.send('two');
    chat.clock.advance(1_800_001);
    const second = (await ada.send('three')).body.messages[0].sessionId;
    expect(await page(ada, { sessionId: second })).toMatchObject({
      total: 2,
      contents: ['three', 'three'],
    });
    expect(await page(ada, { sessionId, pageSize: '3' })).toEqual({
      total: 4,
      page: 1,
      pageSize: 3,
      contents: ['two', 'two', 'one'],
    });
    expect(await page(ada, { sessionId, order: 'asc', pageSize: '1', page: '4' })).toMatchObject({
      contents: ['two'],
    });
    const bob = await chat.login('bob');
    for (const query of [{ sessionId }, { sessionId: 'x' }, { sessionId: 'a\u0000' }]) {
      expect((await bob.call('history', { query })).status).toBe(404);
    }
  });
});

describe('status', () => {
  it('is delivered after a message was returned in a page, and not before', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { sub } = JSON.parse(atob(ada.token.split('.')[1]!));
    await chat.api.pushMessage(sub, 'Are you there?');
    const { store } = chat.dependencies;
    const delivered = async () =>
      (await store.messages(sub, { from: 1, to: 1 })).map((message) => message.delivered);
    expect(await delivered()).toEqual([false]);
    expect((await ada.call('history')).body.messages[0].status).toBe('delivered');
    expect(await delivered()).toEqual([true]);
  });

  it("is read up to the user's last receipt", async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.send('one');
    await ada.send('two');
    const { sub } = JSON.parse(atob(ada.token.split('.')[1]!));
    await chat.dependencies.store.transaction(sub, (tx) => {
      tx.saveState({ ...tx.state, readSeq: 3 });
    });
    const { body } = await ada.call('history', { query: { order: 'asc' } });
    expect(body.messages.map(({ status }: { status: string }) => status)).toEqual([
      'read',
      'read',
      'read',
      'delivered',
    ]);
  });

  it('is returned also when the store cannot mark it as delivered', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { sub } = JSON.parse(atob(ada.token.split('.')[1]!));
    await chat.api.pushMessage(sub, 'Are you there?');
    chat.dependencies.store.transaction = () => Promise.reject(new Error('disk full'));
    expect((await ada.call('history')).body.messages).toHaveLength(1);
    expect(chat.logs.at(-1)?.level).toBe('warn');
  });
});
