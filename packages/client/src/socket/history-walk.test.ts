import type { Message } from '@chat/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HistoryWalk } from './history-walk.js';

/** A backend whose history grows by `growth[n]` messages before it answers the nth request. */
function growing(
  stored: number,
  growth: readonly number[],
  say = (n: number) => `${n}`,
  largestPage = 100,
) {
  let total = stored;
  let requests = 0;
  const message = (n: number): Message => ({ role: 'user', content: say(n), timestamp: 'now' });
  const read = async ({ page, pageSize: asked }: { page: number; pageSize: number }) => {
    const pageSize = Math.min(asked, largestPage);
    total += growth[requests] ?? 0;
    requests += 1;
    const newestFirst = Array.from({ length: total }, (_, n) => message(total - 1 - n));
    const messages = newestFirst.slice((page - 1) * pageSize, page * pageSize);
    return { messages, pagination: { total, page, pageSize } };
  };
  /** As it was when the first page was read. */
  const expected = (at: number) => Array.from({ length: at }, (_, n) => message(at - 1 - n));
  return { read, expected, requests: () => requests };
}

async function readAll(walk: HistoryWalk): Promise<readonly Message[]> {
  for (let reads = 0; reads < 1000; reads += 1) {
    if (await walk.back()) return walk.messages;
  }
  throw new Error('The walk never came to the end.');
}

test('reads every message once while others are added, whatever they say', async () => {
  const anyGrowth = fc.array(fc.nat(120), { maxLength: 30 });
  const anySize = fc.constantFrom(7, 20, 100);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(400),
      anyGrowth,
      fc.boolean(),
      anySize,
      async (stored, growth, alike, size) => {
        const backend = growing(stored, growth, alike ? () => 'ok' : undefined, size);
        const messages = await readAll(new HistoryWalk(backend.read));
        expect(messages).toEqual(backend.expected(stored + (growth[0] ?? 0)));
      },
    ),
  );
});

test('asks for no page twice while nothing is added', async () => {
  const backend = growing(180, []);
  await readAll(new HistoryWalk(backend.read));
  expect(backend.requests()).toBe(4);
});

test('believes the messages where the backend counts and reads apart', async () => {
  const backend = growing(200, [0, 3, 0, 2]);
  const walk = new HistoryWalk(async (query) => {
    const part = await backend.read(query);
    const total = part.pagination.total + (query.page % 2);
    return { ...part, pagination: { ...part.pagination, total } };
  });
  expect(await readAll(walk)).toEqual(backend.expected(200));
});
