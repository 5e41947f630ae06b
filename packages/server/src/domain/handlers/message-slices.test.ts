import { expect, it } from 'vitest';
import { createTestChat, type TestUser } from '../../testing/test-chat.js';

const minimal = { prefer: 'return=minimal' };

/** A session of a hundred long messages, and the ranges that responses read. */
async function longSession() {
  const chat = createTestChat({
    limits: { messagesPerWindow: Number.POSITIVE_INFINITY },
    assistant: { reply: async ({ messages }) => messages.at(-1)?.content ?? '' },
  });
  const ada = await chat.login();
  for (let n = 0; n < 50; n += 1) await ada.send(`${n}`.padEnd(8_000, '.'), minimal);
  const ranges: unknown[] = [];
  const { store } = chat.dependencies;
  const messages = store.messages.bind(store);
  store.messages = (userId, range) => {
    ranges.push(range);
    return messages(userId, range);
  };
  return { chat, ada, ranges };
}

const contents = async (response: ReturnType<TestUser['call']>): Promise<string[]> =>
  (await response).body.messages.map(({ content }: { content: string }) =>
    content.replace(/\.+$/, ''),
  );

const expected = Array.from({ length: 100 }, (_, n) => `${Math.floor(n / 2)}`);

it('a long page and a long session are complete and in order', async () => {
  const { ada } = await longSession();
  const page = (order: string) => ada.call('history', { query: { pageSize: '100', order } });
  expect(await contents(page('asc'))).toEqual(expected);
  expect(await contents(page('desc'))).toEqual([...expected].reverse());
  expect(await contents(ada.send('end'))).toEqual([...expected, 'end', 'end']);
});

it('a response that is not read holds only the first messages of a long page', async () => {
  const { chat, ada, ranges } = await longSession();
  const response = await chat.api.handle('history', {
    id: 'call',
    ip: '192.0.2.1',
    header: (name) => (name === 'authorization' ? `Bearer ${ada.token}` : undefined),
    query: { pageSize: '100', order: 'asc' },
    body: undefined,
  });
  if (!('json' in response) || typeof response.json === 'string') throw new Error('not in parts');
  expect(ranges).toEqual([{ from: 1, to: 100 }]);
  const parts = response.json[Symbol.asyncIterator]();
  for (let n = 0; n < 8; n += 1) await parts.next();
  expect(ranges.slice(1)).toEqual([{ from: 1, to: 8 }]);
  await parts.next();
  // As many as fit into 128 Ki characters.
  expect(ranges.slice(2)).toEqual([{ from: 9, to: 24 }]);
});
