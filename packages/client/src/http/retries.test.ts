import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { isChatError } from '../errors/is-chat-error.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const stats = { body: { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 } };

describe('a transient error', () => {
  it.each([408, 502, 503, 504, 520, 521, 522, 523, 524, 530])(
    'with status %i is retried for a GET',
    async (status) => {
      const { hooks, retries } = skipWaits();
      let nth = 0;
      await using server = await ScriptedServer.start(() => (++nth < 3 ? { status } : stats));
      const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });

      expect((await client.stats.messages()).totalMessages).toBe(2);
      expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
    },
  );

  it('is retried after a lost connection', async () => {
    const { hooks } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() => (++nth < 2 ? 'cut' : stats));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.requests).toHaveLength(2);
  });

  it('fails after the limit, with the number of attempts', async () => {
    const { hooks, retries } = skipWaits();
    await using server = await ScriptedServer.start(() => ({
      status: 503,
      body: { detail: 'Full.' },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, retry: { limit: 2 } });

    const error = await errorOf(client.stats.messages());
    expect(error).toMatchObject({
      code: 'server_error',
      status: 503,
      attempts: 3,
      detail: 'Full.',
    });
    expect(retries).toHaveLength(2);
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 403, 404, 409, 500, 501])('does not include status %i', async (status) => {
    await using server = await ScriptedServer.start(() => ({ status }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await expect(client.stats.messages()).rejects.toMatchObject({ status, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('waits at least the Retry-After of a 503, and jitter only adds to it', async () => {
    const { hooks, retries } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() =>
      ++nth < 2 ? { status: 503, headers: { 'retry-after': '9' } } : stats,
    );
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, random: () => 0.5 });

    await client.stats.messages();
    expect(retries[0]?.delayMs).toBeGreaterThan(9_000);
  });

  it('waits exponentially longer, from minDelayMs to maxDelayMs', async () => {
    const { hooks, retries } = skipWaits();
    await using server = await ScriptedServer.start(() => 'cut');
    const retry = { limit: 5, minDelayMs: 100, maxDelayMs: 1_000 };
    const client = new ChatClient({
      baseUrl: server.url,
      token: 't',
      hooks,
      retry,
      random: () => 1,
    });

    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'connection_failed' });
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([200, 400, 800, 1_000, 1_000]);
  });

  it('never waits less than minDelayMs', async () => {
    const { hooks, retries } = skipWaits();
    await using server = await ScriptedServer.start(() => 'cut');
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, random: () => 0 });

    await errorOf(client.stats.messages());
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([500, 500, 500]);
  });
});

describe('a response whose JSON ends early', () => {
  const truncated = { body: '{"todayMessages":1,"tot' };

  it('is requested again for a GET', async () => {
    const { hooks } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() => (++nth < 2 ? truncated : stats));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });

    expect((await client.stats.messages()).totalMessages).toBe(2);
  });

  it('is an invalid response after the limit, and at once for a message without a key', async () => {
    const { hooks } = skipWaits();
    await using server = await ScriptedServer.start(() => truncated);
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, retry: { limit: 1 } });

    const error = await errorOf(client.stats.messages());
    expect(error).toMatchObject({ code: 'invalid_response', name: 'ResponseValidationError' });
    expect(server.requests).toHaveLength(2);
    await expect(client.chat.send('Hi')).rejects.toMatchObject({ code: 'invalid_response' });
    expect(server.requests).toHaveLength(3);
  });
});

describe('chat.send when the connection is lost after the request', () => {
  it('stores one message on a backend with idempotency', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend({ extensions: 'identity, idempotency' });
    let cuts = 2;
    await using server = await ScriptedServer.start(async (request) => {
      const response = await backend.script(request);
      return request.path === '/chat' && cuts-- > 0 ? 'cut' : response;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks });

    expect((await client.chat.send('Once')).response).toBe('You said Once');
    expect(backend.stored).toEqual(['Once']);
    const keys = server.to('/chat').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('is not retried on a backend that supports only the core', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(async (request) => {
      const response = await backend.script(request);
      return request.path === '/chat' ? 'cut' : response;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials });

    expect(isChatError(await errorOf(client.chat.send('Once')), 'connection_failed')).toBe(true);
    expect(backend.stored).toEqual(['Once']);
    expect(server.to('/chat')).toHaveLength(1);
  });

  it.each([
    ['is retried with a key of the application', 'run-1', 'stored'],
    ['is not retried with a key of the client', undefined, 'connection_failed'],
  ])('before any response, %s', async (_, idempotencyKey, outcome) => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend({ extensions: 'idempotency' });
    backend.valid.add('t');
    let nth = 0;
    await using server = await ScriptedServer.start(async (request) => {
      const response = await backend.script(request);
      return ++nth === 1 ? 'cut' : response;
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });

    const options = idempotencyKey === undefined ? {} : { idempotencyKey };
    const result = client.chat.send('Once', options).then(
      () => 'stored',
      ({ code }) => code,
    );
    expect(await result).toBe(outcome);
    expect(backend.stored).toEqual(['Once']);
  });

  it('creates a key for each message, and accepts a key of the application', async () => {
    const backend = new TinyBackend({ extensions: 'idempotency' });
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await client.chat.send('Same');
    await client.chat.send('Same');
    await client.chat.send('Same', { idempotencyKey: 'mine' });
    const keys = server.to('/chat').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
    expect(backend.stored).toHaveLength(3);
  });

  it('is not retried after the backend stops advertising idempotency', async () => {
    const backend = new TinyBackend({ extensions: 'idempotency' });
    let advertises = true;
    await using server = await ScriptedServer.start(async (request) => {
      const response = await backend.script(request);
      if (advertises || typeof response === 'string') return response;
      return request.path === '/chat' ? 'cut' : { body: response.body };
    });
    const client = new ChatClient({ baseUrl: server.url, credentials });
    await client.chat.send('Hello');
    advertises = false;
    await client.stats.messages();

    await expect(client.chat.send('Hello')).rejects.toMatchObject({ code: 'connection_failed' });
    expect(server.to('/chat')).toHaveLength(2);
  });
});

it('has the Retry-After of a server error, or undefined', async () => {
  let headers: Record<string, string> = { 'retry-after': '120' };
  await using server = await ScriptedServer.start(() => ({ status: 503, headers }));
  const retry = { limit: 0 };
  const client = new ChatClient({ baseUrl: server.url, token: 't', retry });

  await expect(client.stats.chat()).rejects.toMatchObject({ retryAfterMs: 120_000 });
  headers = {};
  await expect(client.stats.chat()).rejects.toMatchObject({ retryAfterMs: undefined });
});
