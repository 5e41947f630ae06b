import { describe, expect, it } from 'vitest';
import { ChatClient } from './client.js';
import { ScriptedServer } from './testing/scripted-server.js';
import { skipWaits } from './testing/skip-waits.js';
import { credentials, TinyBackend } from './testing/tiny-backend.js';
import type { RequestHookContext } from './types/hooks.js';

describe('hooks', () => {
  it('receive all events of a call', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let failures = 1;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/stats/chat' && failures-- > 0 ? { status: 503 } : backend.script(request),
    );
    const events: unknown[] = [];
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      hooks: {
        onRequest: ({ route, attempt }) => void events.push(['request', route, attempt]),
        onResponse: ({ route, status }) => void events.push(['response', route, status]),
        onRetry: (context) => {
          events.push(['retry', context.route, context.attempt, context.error.code]);
          return hooks.onRetry?.(context);
        },
        onTokenRefreshed: ({ reason }) => void events.push(['token', reason]),
      },
    });

    await client.stats.chat();
    expect(events).toEqual([
      ['request', 'login', 1],
      ['response', 'login', 200],
      ['token', 'initial'],
      ['request', 'chatStats', 1],
      ['response', 'chatStats', 503],
      ['retry', 'chatStats', 1, 'server_error'],
      ['request', 'chatStats', 2],
      ['response', 'chatStats', 200],
    ]);
  });

  it('may add headers in any spelling, and change none that the call has', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      hooks: {
        onRequest: ({ headers }) => {
          const mine = {
            'Content-Type': 'text/plain',
            Authorization: 'Bearer mine',
            'X-Own': 'no',
          };
          Object.assign(headers, mine, { 'X-Trace': '7' });
        },
      },
    });

    await client.chat.send('Hello', { headers: { 'x-own': 'yes' } });
    expect(server.to('/chat')[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer token-1',
      'x-own': 'yes',
      'x-trace': '7',
    });
  });

  it('may be an instance of a class with other fields', async () => {
    class Tracer {
      spans = new Map<string, number>();
      onRequest() {
        this.spans.set('request', 1);
      }
    }
    expect(
      () => new ChatClient({ baseUrl: 'http://localhost', token: 't', hooks: new Tracer() }),
    ).not.toThrow();
  });

  it.each([{ 'X-A': 'b\nc' }, { 'x y': '1' }, { 'X-A': undefined }])(
    'that add invalid headers fail the call: %j',
    async (invalid) => {
      const hooks = {
        onRequest: ({ headers }: RequestHookContext) => void Object.assign(headers, invalid),
      };
      const client = new ChatClient({ baseUrl: 'http://localhost', token: 't', hooks });
      await expect(client.stats.chat()).rejects.toMatchObject({
        message: `Option "headers of hooks.onRequest" must be an object of header names and header values, which ${JSON.stringify(Object.keys(invalid)[0])} is not.`,
        code: 'invalid_option',
      });
    },
  );

  it('may add headers asynchronously', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      hooks: {
        onRequest: async ({ headers }) => {
          await Promise.resolve();
          headers.traceparent = '00-1-2-01';
        },
      },
    });

    await client.stats.chat();
    expect(server.requests.map(({ headers }) => headers.traceparent)).toEqual([
      '00-1-2-01',
      '00-1-2-01',
    ]);
  });

  it('that throw anything, and a logger that fails, do not affect a call', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const broken = () => {
      throw Object.create(null);
    };
    const logger = { debug: broken, info: broken, warn: broken, error: async () => broken() };
    const hooks = { onRequest: broken, onResponse: broken, onTokenRefreshed: broken };
    const client = new ChatClient({ baseUrl: server.url, credentials, logger, hooks });

    expect((await client.stats.messages()).totalMessages).toBe(2);
  });

  it('that throw are logged and do not affect a call', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const errors: string[] = [];
    const silent = () => {};
    const broken = () => {
      throw new Error('broken');
    };
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      logger: { debug: silent, info: silent, warn: silent, error: (text) => errors.push(text) },
      hooks: {
        onRequest: async () => broken(),
        onResponse: broken,
        onTokenRefreshed: async () => broken(),
      },
    });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(new Set(errors)).toEqual(
      new Set([
        'The hook onRequest failed.',
        'The hook onResponse failed.',
        'The hook onTokenRefreshed failed.',
      ]),
    );
  });
});
