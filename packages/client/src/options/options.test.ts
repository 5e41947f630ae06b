import { describe, expect, it, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { credentials } from '../testing/tiny-backend.js';
import type { ChatClientOptions } from './client-options.js';

const stats = { body: { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 } };
const baseUrl = 'https://chat.example.com';
const url = 'an absolute http: or https: URL as a string, such as "https://chat.example.com"';

const names =
  'baseUrl, credentials, getToken, token, tokenStore, fetch, WebSocket, timeoutMs, maxResponseBytes, retry, hooks, logger, validate, now, random';
const known = `the known ones are ${names}`;
const retryNames = 'limit, maxWaitMs, minDelayMs, maxDelayMs';
const hookNames = 'onRequest, onResponse, onRetry, onTokenRefreshed';

describe('an invalid option', () => {
  it.each<[unknown, string]>([
    [undefined, `Option "options" must be an object of ${names}.`],
    [null, `Option "options" must be an object of ${names}.`],
    [{}, `Option "baseUrl" must be ${url}.`],
    [{ token: 't' }, `Option "baseUrl" must be ${url}.`],
    [{ token: 't', baseUrl: 'chat.example.com' }, `Option "baseUrl" must be ${url}.`],
    [{ token: 't', baseUrl: 'ws://chat.example.com' }, `Option "baseUrl" must be ${url}.`],
    [
      { token: 't', baseUrl: 'https://ada:pw@chat.example.com' },
      'Option "baseUrl" must be without a user name and password: give them as "credentials".',
    ],
    [
      { token: 't', baseUrl: 'https://chat.example.com/?a=b' },
      'Option "baseUrl" must be without a query and a fragment.',
    ],
    [
      { token: 't', baseUrl: `${baseUrl}/chat/api/v1/` },
      'Option "baseUrl" must be without "/api/v1", which is added.',
    ],
    [
      { baseUrl, credentials, getToken: () => 't' },
      'Option "getToken" must be left out when there are credentials.',
    ],
    [
      { baseUrl, credentials: { username: 'ada' } },
      'Option "credentials" must be { username, password }, both strings, or a function that returns it.',
    ],
    [
      { baseUrl, credentials: null },
      'Option "credentials" must be { username, password }, both strings, or a function that returns it.',
    ],
    [{ baseUrl, token: 'a b' }, 'Option "token" must be visible ASCII characters without spaces.'],
    [{ baseUrl, getToken: 't' }, 'Option "getToken" must be a function.'],
    [{ baseUrl, token: 't', fetch: {} }, 'Option "fetch" must be a function.'],
    [{ baseUrl, token: 't', WebSocket: {} }, 'Option "WebSocket" must be a function.'],
    [
      { baseUrl, token: 't', timeoutMs: 0 },
      'Option "timeoutMs" must be a number of milliseconds above 0.',
    ],
    [
      { baseUrl, token: 't', timeoutMs: '5' },
      'Option "timeoutMs" must be a number of milliseconds above 0.',
    ],
    [
      { baseUrl, token: 't', timeoutMs: Number.NaN },
      'Option "timeoutMs" must be a number of milliseconds above 0.',
    ],
    [
      { baseUrl, token: 't', retry: { limit: -1 } },
      'Option "retry.limit" must be a number, 0 or more.',
    ],
    [
      { baseUrl, token: 't', retry: { maxWaitMs: Number.NaN } },
      'Option "retry.maxWaitMs" must be a number, 0 or more.',
    ],
    ...[false, 3, null].map((retry): [unknown, string] => [
      { baseUrl, token: 't', retry },
      `Option "retry" must be an object of ${retryNames}.`,
    ]),
    [
      { baseUrl, token: 't', retry: { limit: null } },
      'Option "retry.limit" must be a number, 0 or more.',
    ],
    [{ baseUrl: new URL(baseUrl), token: 't' }, `Option "baseUrl" must be ${url}.`],
    [{ baseUrl, token: 't', validate: 'no' }, 'Option "validate" must be a boolean.'],
    ...[{}, true, null, console.log].map((logger): [unknown, string] => [
      { baseUrl, token: 't', logger },
      'Option "logger" must be an object with the functions debug, info, warn, error.',
    ]),
    [
      { baseUrl, token: 't', hooks: { onReqest: () => {} } },
      `Option "hooks.onReqest" must be left out; the known ones are ${hookNames}.`,
    ],
    [{ baseUrl, token: 't', hooks: null }, `Option "hooks" must be an object of ${hookNames}.`],
    [
      { baseUrl, token: 't', hooks: { onRetry: true } },
      'Option "hooks.onRetry" must be a function.',
    ],
    [
      { baseUrl, tokenStore: {} },
      'Option "tokenStore" must be an object with the functions get, set, clear.',
    ],
    [
      { baseUrl, token: 't', tokenStore: null },
      'Option "tokenStore" must be an object with the functions get, set, clear.',
    ],
    [{ baseURL: baseUrl, token: 't' }, `Option "baseURL" must be left out; ${known}.`],
    [{ baseUrl, token: 't', timeout: 5_000 }, `Option "timeout" must be left out; ${known}.`],
    [
      { baseUrl, token: 't', websocket: class {} },
      `Option "websocket" must be left out; ${known}.`,
    ],
    [
      { baseUrl, token: 't', tokenStorage: {} },
      `Option "tokenStorage" must be left out; ${known}.`,
    ],
    [
      { baseUrl, token: 't', retry: { limits: 1 } },
      'Option "retry.limits" must be left out; the known ones are limit, maxWaitMs, minDelayMs, maxDelayMs.',
    ],
  ])('is named: %j', (options, message) => {
    expect(() => new ChatClient(options as ChatClientOptions)).toThrow(
      expect.objectContaining({ message, code: 'invalid_option' }),
    );
  });

  it('does not include any documented option', () => {
    const every: Required<Omit<ChatClientOptions, 'credentials'>> = {
      baseUrl,
      getToken: () => 't',
      token: 't',
      tokenStore: { get: () => undefined, set: () => undefined, clear: () => undefined },
      fetch: globalThis.fetch,
      WebSocket: class {} as unknown as NonNullable<ChatClientOptions['WebSocket']>,
      timeoutMs: 1,
      maxResponseBytes: 1,
      retry: { limit: 1, maxWaitMs: 1, minDelayMs: 1, maxDelayMs: 1 },
      hooks: {},
      logger: console,
      validate: true,
      now: Date.now,
      random: Math.random,
    };
    expect(() => new ChatClient(every)).not.toThrow();
    expect(() => new ChatClient({ baseUrl, credentials })).not.toThrow();
  });

  it('of a socket is named before it connects, and so is an invalid listener', () => {
    const client = new ChatClient({ baseUrl, token: 't' });
    const socket = client.connect();
    expect(() => socket.on('message', undefined as never)).toThrow(
      'Option "listener" must be a function.',
    );
    expect(() => socket.on('messages' as never, () => {})).toThrow(
      'Option "event" must be one of message, status, delta, typing, read, state, recovered, error.',
    );
    socket.close();
    const streaming = { streaming: true } as object;
    expect(() => client.connect(streaming)).toThrow(
      'Option "streaming" must be left out; the known ones are backoff, connectTimeoutMs, queue, recover, stream, closePolicy, signal.',
    );
    const queue = { maxMessage: 5 } as object;
    expect(() => client.connect({ queue })).toThrow(
      'Option "queue.maxMessage" must be left out; the known ones are maxMessages, maxBytes, ttlMs.',
    );
  });

  it('does not include a token with getToken: it is used until the backend rejects it', async () => {
    await using server = await ScriptedServer.start(({ token }) =>
      token === 'first' ? { status: 401, body: { detail: 'Over.' } } : stats,
    );
    const getToken = vi.fn(() => 'second');
    const client = new ChatClient({ baseUrl: server.url, token: 'first', getToken });
    await client.stats.messages();
    expect(getToken).toHaveBeenCalledOnce();
    expect(server.requests.map(({ token }) => token)).toEqual(['first', 'second']);
  });

  it.each<[string, (client: ChatClient, options: never) => unknown, unknown, string]>([
    ['send', (client, options) => client.chat.send('x', options), { timeout: 5 }, 'timeout'],
    ['send', (client, options) => client.chat.send('x', options), { return: 'foo' }, 'return'],
    ['send', (client, options) => client.chat.send('x', options), 'x', 'options'],
    ['send', (client, options) => client.chat.send('x', options), null, 'options'],
    ['send', (client, options) => client.chat.send('x', options), { headers: 'a: b' }, 'headers'],
    ['history', (client, options) => client.chat.history(options), { limit: 10 }, 'limit'],
    ['history', (client, options) => client.chat.history(options), 2, 'options'],
    ['history', (client, options) => client.chat.history(options), null, 'options'],
    ['history', (client, options) => client.chat.history(options), { page: '2' }, 'page'],
    ['history', (client, options) => client.chat.history(options), { order: 'up' }, 'order'],
    [
      'history',
      (client, options) => client.chat.history(options),
      { sessionId: '\ud800' },
      'sessionId',
    ],
    ['sessions', (client, options) => client.chat.sessions(options), { order: 'asc' }, 'order'],
    ['rate', (client, options) => client.chat.rate('id', true, options), { key: 'k' }, 'key'],
    [
      'stats',
      (client, options) => client.stats.chat(options),
      { signal: new AbortController() },
      'signal',
    ],
    ['login', (client, options) => client.login(options), { signal: {} }, 'signal'],
    ['login', (client, options) => client.login(options), { timeoutMs: 5 }, 'timeoutMs'],
    ['logout', (client, options) => client.logout(options), { fixedToken: 'x' }, 'fixedToken'],
  ])('of a call is named, also an unknown one: %s, %#', async (_, call, options, option) => {
    const fetch = vi.fn();
    const client = new ChatClient({ baseUrl, token: 't', fetch });
    await expect(call(client, options as never)).rejects.toMatchObject({
      code: 'invalid_option',
      option,
    });
    expect(fetch).not.toHaveBeenCalled();
  });

  it('of a call is named with the known options', async () => {
    const client = new ChatClient({ baseUrl, token: 't' });
    await expect(client.chat.send('x', { timeout: 5 } as object)).rejects.toThrow(
      'Option "timeout" must be left out; the known ones are signal, timeoutMs, idempotencyKey, headers, return.',
    );
  });

  it('of a call is named before a request is sent', async () => {
    await using server = await ScriptedServer.start(() => stats);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    for (const headers of [{ 'x y': '1' }, { x: 'a\nb' }, { x: '✓' }]) {
      await expect(client.stats.messages({ headers })).rejects.toThrow(
        `Option "headers" must be an object of header names and header values, which ${JSON.stringify(Object.keys(headers)[0])} is not.`,
      );
    }
    for (const idempotencyKey of ['', 'a b', 'x'.repeat(256)]) {
      await expect(client.chat.send('Hello', { idempotencyKey })).rejects.toThrow(
        'Option "idempotencyKey" must be 1 to 255 visible ASCII characters without spaces.',
      );
    }
    await expect(client.stats.messages({ timeoutMs: -1 })).rejects.toThrow(
      'Option "timeoutMs" must be a number of milliseconds above 0.',
    );
    expect(server.requests).toHaveLength(0);
  });
});

describe('the base URL', () => {
  it.each(['', '/', '/prefix', '/prefix/', '/a/b//'])('may have the prefix %j', async (prefix) => {
    const urls: string[] = [];
    const fetch = async (requested: string) => {
      urls.push(requested);
      return Response.json(stats.body);
    };
    const client = new ChatClient({ baseUrl: baseUrl + prefix, token: 't', fetch });

    await client.stats.messages();
    expect(urls).toEqual([`${baseUrl}${prefix.replace(/\/+$/, '')}/api/v1/stats/messages`]);
  });
});

describe('fetch', () => {
  it('is looked up for each request, so that a mock may replace it', async () => {
    const client = new ChatClient({ baseUrl, token: 't' });
    const original = globalThis.fetch;
    globalThis.fetch = async () => Response.json(stats.body);
    try {
      expect((await client.stats.messages()).totalMessages).toBe(2);
    } finally {
      globalThis.fetch = original;
    }
  });
});

describe('headers of a call', () => {
  it('are sent, but do not replace those of the client', async () => {
    await using server = await ScriptedServer.start(() => stats);
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await client.stats.messages({ headers: new Headers({ 'X-Trace': '7' }) });
    expect(server.requests.pop()?.headers).toMatchObject({ 'x-trace': '7' });
    const headers = { 'X-Request-Id': 'mine', Authorization: 'Basic x', ACCEPT: 'text/html' };
    await client.stats.messages({ headers });
    expect(server.requests[0]?.headers).toMatchObject({
      'x-request-id': 'mine',
      authorization: 'Bearer t',
      accept: 'application/json',
    });
  });
});
