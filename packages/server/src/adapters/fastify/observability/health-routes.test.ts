import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createManualClock } from '../../../domain/runtime/manual-clock.js';
import { heldAssistant } from '../../../testing/held-assistant.js';
import { chatPlugin } from '../chat-plugin.js';

let host: FastifyInstance;
let redisIsUp: boolean;
const clock = createManualClock(Date.now());

async function serve(options = {}) {
  host = fastify();
  const users = [{ username: 'ada', password: 's3cret' }];
  await host.register(chatPlugin, { passwords: cheapHasher, users, clock, ...options });
}

/** The value now: the metrics are computed at most once a second. */
const metric = async (name: string) => {
  clock.advance(1_000);
  return (await host.inject('/metrics')).body.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1];
};

afterEach(() => host.close());

describe('an instance that shares its state through Redis', () => {
  beforeEach(async () => {
    redisIsUp = true;
    await serve({ shared: { isUp: () => redisIsUp } });
  });

  test('stays ready while Redis is unavailable, and explains the effect', async () => {
    expect((await host.inject('/readyz')).json()).toEqual({ status: 'ready' });
    redisIsUp = false;
    const response = await host.inject('/readyz');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      status: 'ready',
      detail: expect.stringContaining('rate limits and socket limits apply to this instance only'),
    });
  });

  test('exports the health of Redis as a metric', async () => {
    expect(await metric('chat_redis_up')).toBe('1');
    redisIsUp = false;
    expect(await metric('chat_redis_up')).toBe('0');
  });
});

test('an instance without Redis exports no Redis metric', async () => {
  await serve();
  expect(await metric('chat_redis_up')).toBeUndefined();
  expect(await metric('chat_store_up')).toBe('1');
});

test('exports how many messages wait for earlier ones', async () => {
  const assistant = heldAssistant();
  await serve({ assistant });
  const login = await host.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: { username: 'ada', password: 's3cret' },
  });
  const headers = { authorization: `Bearer ${login.json().access_token}` };
  const send = (message: string) =>
    host.inject({ method: 'POST', url: '/api/v1/chat', headers, payload: { message } });
  const sent = ['one', 'two', 'three'].map(send);
  await expect.poll(() => metric('chat_turns_waiting')).toBe('2');
  expect(await metric('chat_turns_in_progress')).toBe('1');
  for (const reply of ['1', '2', '3']) assistant.release(reply);
  await Promise.all(sent);
  expect(await metric('chat_turns_waiting')).toBe('0');
  expect(await metric('chat_turns_in_progress')).toBe('0');
});

test('computes the metrics at most once a second', async () => {
  await serve();
  const responses = async () =>
    (await host.inject('/metrics')).body.match(/^chat_http_requests_total.*metrics.* (\d+)$/m)?.[1];
  await responses();
  clock.advance(1_000);
  expect([await responses(), await responses(), await responses()]).toEqual(['1', '1', '1']);
  clock.advance(1_000);
  expect(await responses()).toBe('4');
});
