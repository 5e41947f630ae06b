import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { isChatError } from '../errors/is-chat-error.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const stats = { body: { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 } };
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

describe('a call that fails in passing', () => {
  it.each([408, 502, 503, 504])('is repeated after a %i when it only reads', async (status) => {
    const { hooks, retries } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() => (++nth < 3 ? { status } : stats));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('is repeated after a line that was cut', async () => {
    const { hooks } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() => (++nth < 2 ? 'cut' : stats));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.requests).toHaveLength(2);
  });

  it('is given up after the limit, and says how often it was tried', async () => {
    const { hooks, retries } = skipWaits();
    await using server = await ScriptedServer.start(() => ({
      status: 503,
      body: { detail: 'Full.' },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, retry: { limit: 2 } });

    const error = await failure(client.stats.messages());
    expect(error).toMatchObject({
      code: 'server_error',
      status: 503,
      attempts: 3,
      detail: 'Full.',
    });
    expect(retries).toHaveLength(2);
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 403, 404, 409, 500, 501])('is not repeated after a %i', async (status) => {
    await using server = await ScriptedServer.start(() => ({ status }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await failure(client.stats.messages())).toMatchObject({ status, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('waits at least as long as a 503 asks, and jitter only lengthens it', async () => {
    const { hooks, retries } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() =>
      ++nth < 2 ? { status: 503, headers: { 'retry-after': '9' } } : stats,
    );
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, random: () => 0.5 });

    await client.stats.messages();
    expect(retries[0]?.delayMs).toBeGreaterThan(9_000);
  });

  it('grows its waits between a floor and a ceiling', async () => {
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

    expect(await failure(client.stats.messages())).toMatchObject({ code: 'connection_failed' });
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([200, 400, 800, 1_000, 1_000]);
  });

  it('never waits less than the floor, however the dice fall', async () => {
    const { hooks, retries } = skipWaits();
    await using server = await ScriptedServer.start(() => 'cut');
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, random: () => 0 });

    await failure(client.stats.messages());
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([500, 500, 500]);
  });
});

describe('chat.send over a line that breaks after the request was sent', () => {
  it('stores one message on a backend that knows repeats', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend({ extensions: 'identity, idempotency' });
    let cuts = 2;
    await using server = await ScriptedServer.start(async (request) => {
      const answer = await backend.script(request);
      return request.path === '/chat' && cuts-- > 0 ? 'cut' : answer;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks });

    expect((await client.chat.send('Once')).response).toBe('You said Once');
    expect(backend.stored).toEqual(['Once']);
    const keys = server.to('/chat').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('is not repeated on a backend that knows only the core', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(async (request) => {
      const answer = await backend.script(request);
      return request.path === '/chat' ? 'cut' : answer;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials });

    expect(isChatError(await failure(client.chat.send('Once')), 'connection_failed')).toBe(true);
    expect(backend.stored).toEqual(['Once']);
    expect(server.to('/chat')).toHaveLength(1);
  });

  it('gives two messages two keys, and takes a key of the application', async () => {
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

  it('forgets the announcement when the backend stops making it', async () => {
    const knowing = new TinyBackend({ extensions: 'idempotency' });
    let announces = true;
    await using server = await ScriptedServer.start(async (request) => {
      const answer = await knowing.script(request);
      if (announces || typeof answer === 'string') return answer;
      return request.path === '/chat' ? 'cut' : { body: answer.body };
    });
    const client = new ChatClient({ baseUrl: server.url, credentials });
    await client.chat.send('Hello');
    announces = false;
    await client.stats.messages();

    expect(await failure(client.chat.send('Hello'))).toMatchObject({ code: 'connection_failed' });
    expect(server.to('/chat')).toHaveLength(2);
  });
});

it('tells how long a backend that is stopping wants to be left alone, or that it did not say', async () => {
  let headers: Record<string, string> = { 'retry-after': '120' };
  await using server = await ScriptedServer.start(() => ({ status: 503, headers }));
  const retry = { limit: 0 };
  const client = new ChatClient({ baseUrl: server.url, token: 't', retry });

  expect(await failure(client.stats.chat())).toMatchObject({ retryAfterMs: 120_000 });
  headers = {};
  expect(await failure(client.stats.chat())).toMatchObject({ retryAfterMs: undefined });
});
