import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../types/models.js';
import { HistoryPager } from './history-pager.js';

/** A backend whose history grows by `growth[n]` messages before its response to request n. */
function growingHistory(
  stored: number,
  growth: readonly number[],
  contentOf = (n: number) => `${n}`,
  largestPage = 100,
) {
  let total = stored;
  let requests = 0;
  const message = (n: number): Message => ({
    role: 'user',
    content: contentOf(n),
    timestamp: 'now',
  });
  const readPage = async ({ page, pageSize: requested }: { page: number; pageSize: number }) => {
    const pageSize = Math.min(requested, largestPage);
    total += growth[requests] ?? 0;
    requests += 1;
    const newestFirst = Array.from({ length: total }, (_, n) => message(total - 1 - n));
    const messages = newestFirst.slice((page - 1) * pageSize, page * pageSize);
    return { messages, pagination: { total, page, pageSize } };
  };
  /** The history when the first page was read. */
  const expected = (at: number) => Array.from({ length: at }, (_, n) => message(at - 1 - n));
  return { readPage, expected, requests: () => requests };
}

async function readAll(pager: HistoryPager): Promise<readonly Message[]> {
  for (let pages = 0; pages < 1000; pages += 1) {
    if (await pager.nextPage()) return pager.messages;
  }
  throw new Error('The pager never reached the end.');
}

test('reads every message once while others are added, also identical ones', async () => {
  const anyGrowth = fc.array(fc.nat(120), { maxLength: 30 });
  const anySize = fc.constantFrom(7, 20, 100);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(400),
      anyGrowth,
      fc.boolean(),
      anySize,
      async (stored, growth, alike, size) => {
        const backend = growingHistory(stored, growth, alike ? () => 'ok' : undefined, size);
        const messages = await readAll(new HistoryPager(backend.readPage));
        expect(messages).toEqual(backend.expected(stored + (growth[0] ?? 0)));
      },
    ),
  );
});

test('requests no page twice while nothing is added', async () => {
  const backend = growingHistory(180, []);
  await readAll(new HistoryPager(backend.readPage));
  expect(backend.requests()).toBe(4);
});

test('compares the messages if the backend counts and reads separately', async () => {
  const backend = growingHistory(200, [0, 3, 0, 2]);
  const pager = new HistoryPager(async (query) => {
    const slice = await backend.readPage(query);
    const total = slice.pagination.total + (query.page % 2);
    return { ...slice, pagination: { ...slice.pagination, total } };
  });
  expect(await readAll(pager)).toEqual(backend.expected(200));
});
