import { expect, it, vi } from 'vitest';
import { createTestChat, type TestChat } from '../../testing/test-chat.js';

const pages = [1, 2, 3].flatMap((page) =>
  [1, 2, 5, 20].flatMap((pageSize) =>
    ['asc', 'desc'].map((order) => ({ page: `${page}`, pageSize: `${pageSize}`, order })),
  ),
);

/** Numbers that look random and are the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** The page of a server that has cached nothing. */
async function pageWithoutCache({ dependencies }: TestChat, token: string, query: object) {
  const { store, clock } = dependencies;
  const other = createTestChat({ store });
  other.clock.advance(clock.now() - other.clock.now());
  return (await other.call('history', { token, query: { ...query } })).body;
}

it.each([1, 2, 3, 4])(
  'a page is the same with the cache and without it (seed %i)',
  async (seed) => {
    const random = createRandom(seed);
    const chat = createTestChat();
    const ada = await chat.login('ada');
    const { sub } = JSON.parse(atob(ada.token.split('.')[1]!));
    const actions = [
      () => ada.send(`"${'x'.repeat(random() * 200)}" é, \\ ${random()}`),
      () => chat.api.pushMessage(sub, 'Are you there?'),
      () =>
        chat.dependencies.store.transaction(sub, (tx) => {
          const { lastSeq, readSeq } = tx.state;
          const read = readSeq + Math.floor(random() * (lastSeq - readSeq + 1));
          tx.saveState({ ...tx.state, readSeq: read });
        }),
      () => ada.send('A message that is too long to be cached. '.repeat(random() * 500)),
    ];
    for (let step = 0; step < 40; step += 1) {
      chat.clock.advance(Math.floor(random() * 3));
      await actions[Math.floor(random() * random() * actions.length)]!();
      for (const query of pages) {
        if (random() < 0.5) continue;
        const { body } = await ada.call('history', { query });
        expect(body).toEqual(await pageWithoutCache(chat, ada.token, query));
      }
    }
  },
);

it.each([
  ['the newest messages', {}, { from: 40, to: 42 }],
  ['a page that is full', { order: 'asc', pageSize: '10' }, { from: 40, to: 40 }],
  ['the last page', { order: 'asc', page: '2', pageSize: '30' }, { from: 40, to: 42 }],
  // All of its messages were on another page before.
  ['an older page', { page: '2', pageSize: '2' }, { from: 39, to: 40 }],
])('after a message, %s need only new messages from the store', async (_, query, expected) => {
  const chat = createTestChat();
  const ada = await chat.login('ada');
  for (let sent = 0; sent < 20; sent += 1) await ada.send(`Message ${sent}`);
  await ada.call('history', { query });
  await ada.send('One more');
  const messages = vi.spyOn(chat.dependencies.store, 'messages');
  const { body } = await ada.call('history', { query });
  expect(messages.mock.calls.map(([, range]) => range)).toEqual([expected]);
  messages.mockRestore();
  expect(body).toEqual(await pageWithoutCache(chat, ada.token, query));
});
