import { expect, it } from 'vitest';
import { createTestChat } from '../../testing/test-chat.js';

const body = { username: 'ada', password: 's3cret' };

/** A chat whose password checks take until `finish`. */
async function chatWithSlowHashes(maxQueuedLogins: number, concurrency?: number) {
  const started: (() => void)[] = [];
  const chat = createTestChat({
    limits: { maxQueuedLogins, loginsPerWindow: 1_000 },
    passwords: {
      hash: async () => 'hash',
      ...(concurrency !== undefined && { concurrency }),
      verify: () => new Promise((resolve) => started.push(() => resolve(true))),
    },
  });
  await chat.api.addUser(body);
  const finish = async () => {
    for (const done of started) {
      done();
      await new Promise(setImmediate);
    }
  };
  return { chat, started, finish };
}

const settle = () => new Promise(setImmediate);

it('verifies two passwords at a time and rejects logins beyond the queue with 503', async () => {
  const { chat, started, finish } = await chatWithSlowHashes(3);
  const logins = Array.from({ length: 7 }, () => chat.call('login', { body }));
  await settle();
  expect(started).toHaveLength(2);
  for (const login of logins.slice(5)) {
    expect(await login).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '1' },
      body: { detail: 'Too many logins are in progress; try again later.' },
    });
  }
  await finish();
  const statuses = (await Promise.all(logins.slice(0, 5))).map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
  expect(started).toHaveLength(5);
});

it('verifies as many passwords at a time as their hasher allows', async () => {
  const { chat, started, finish } = await chatWithSlowHashes(3, 1);
  const logins = [chat.call('login', { body }), chat.call('login', { body })];
  await settle();
  expect(started).toHaveLength(1);
  await finish();
  expect((await Promise.all(logins)).map(({ status }) => status)).toEqual([200, 200]);
});

it('skips logins whose client disconnected', async () => {
  const { chat, started, finish } = await chatWithSlowHashes(3);
  const running = [chat.call('login', { body }), chat.call('login', { body })];
  await settle();
  const callers = [new AbortController(), new AbortController(), new AbortController()];
  const left = callers.map(({ signal }) => chat.call('login', { body, signal }));
  await settle();
  for (const caller of callers) caller.abort();
  // The queue was full; the callers who left make room.
  const honest = chat.call('login', { body });
  await settle();
  await finish();
  expect((await honest).status).toBe(200);
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await Promise.all(left)).map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(started).toHaveLength(3);
});

it('does not let token verification wait for password checks', async () => {
  const { chat, finish } = await chatWithSlowHashes(3);
  const login = chat.call('login', { body });
  await settle();
  await finish();
  const token = (await login).body.access_token;
  const waiting = Array.from({ length: 5 }, () => chat.call('login', { body }));
  await settle();
  expect((await chat.call('history', { token })).status).toBe(200);
  await finish();
  await Promise.all(waiting);
});
