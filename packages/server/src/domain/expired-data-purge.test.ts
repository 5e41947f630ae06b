import { expect, it } from 'vitest';
import { createTestChat, noon, settle } from '../testing/test-chat.js';

it('deletes expired data once an hour while there are requests', async () => {
  const chat = createTestChat();
  const purged: unknown[] = [];
  chat.dependencies.store.purge = async (before) => {
    purged.push(before);
  };
  const hour = 3_600_000;
  for (const ms of [0, hour - 1, 1, 1, hour - 2]) {
    chat.clock.advance(ms);
    await chat.call('history');
  }
  expect(purged).toEqual([
    { idempotencyRecordsCreated: noon + hour - 24 * hour, revocationsExpired: noon + hour },
  ]);
  expect(chat.clock.pending).toBe(0);
});

it('does not affect the request when it fails', async () => {
  const chat = createTestChat();
  chat.dependencies.store.purge = () => Promise.reject(new Error('disk full'));
  chat.clock.advance(3_600_000);
  expect((await chat.call('history')).status).toBe(401);
  await settle();
  expect(chat.logs).toMatchObject([{ level: 'warn', text: 'Expired data could not be deleted.' }]);
});
