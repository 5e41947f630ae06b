import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { heldAssistant } from '../testing/held-assistant.js';
import { chatPlugin } from './chat-plugin.js';

let host: FastifyInstance;
let up: boolean;

async function serve(options = {}) {
  host = fastify();
  const users = [{ username: 'ada', password: 's3cret' }];
  await host.register(chatPlugin, { passwords: cheapHasher, users, ...options });
}

const metric = async (name: string) =>
  (await host.inject('/metrics')).body.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1];

afterEach(() => host.close());

describe('an instance that shares over Redis', () => {
  beforeEach(async () => {
    up = true;
    await serve({ shared: { isUp: () => up } });
  });

  test('stays ready while Redis is away, and says what that means', async () => {
    expect((await host.inject('/readyz')).json()).toEqual({ status: 'ready' });
    up = false;
    const answer = await host.inject('/readyz');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: 'ready',
      detail: expect.stringContaining('counts allowances and sockets for itself'),
    });
  });

  test('shows the health of Redis to Prometheus', async () => {
    expect(await metric('chat_redis_up')).toBe('1');
    up = false;
    expect(await metric('chat_redis_up')).toBe('0');
  });
});

test('an instance that shares nothing has no Redis to show', async () => {
  await serve();
  expect(await metric('chat_redis_up')).toBeUndefined();
  expect(await metric('chat_store_up')).toBe('1');
});

test('shows how many messages wait for the ones before them', async () => {
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
  expect(await metric('chat_turns_under_way')).toBe('1');
  for (const reply of ['1', '2', '3']) assistant.release(reply);
  await Promise.all(sent);
  expect(await metric('chat_turns_waiting')).toBe('0');
  expect(await metric('chat_turns_under_way')).toBe('0');
});
