import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import type { ChatClientOptions } from '../options/client-options.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';

const stats = { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 };

describe('a response whose chunks split its characters', () => {
  it('is decoded as a whole', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...stats, more: 'ü, € and 😀' }));
    const fetch: ChatClientOptions['fetch'] = async () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        }),
      );
    const client = new ChatClient({ baseUrl: 'http://localhost', token: 't', fetch });
    expect(await client.stats.messages()).toEqual({ ...stats, more: 'ü, € and 😀' });
  });
});

describe('a response longer than maxResponseBytes', () => {
  it.each([200, 500])('that never ends is cancelled (status %i)', async (status) => {
    let closed = 0;
    const chunk = 'x'.repeat(16_384);
    const http = createServer((_, response) => {
      response.writeHead(status);
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write).on('close', () => closed++);
      write();
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const client = new ChatClient({ baseUrl, token: 't', maxResponseBytes: 100_000 });

    const error = await errorOf(client.stats.messages());
    if (status === 500) expect(error).toMatchObject({ code: 'server_error', status });
    else {
      expect(error).toMatchObject({ code: 'invalid_response', path: '' });
      expect(error.message).toContain('It exceeds "maxResponseBytes".');
    }
    await expect.poll(() => closed).toBe(1);
    await new Promise((resolve) => http.close(resolve));
  });

  it('is an error when a streamed reply consists of one endless line', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(16_384));
    let chunks = 0;
    const fetch: ChatClientOptions['fetch'] = async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            chunks += 1;
            controller.enqueue(chunk);
          },
        }),
        { headers: { 'content-type': 'text/event-stream', 'chat-extensions': 'stream' } },
      );
    const client = new ChatClient({ baseUrl: 'http://localhost', token: 't', fetch });

    const error = await errorOf(client.chat.stream('Hello').reply);
    expect(error).toMatchObject({ code: 'invalid_response', path: '' });
    expect(error.message).toContain('It exceeds "maxResponseBytes".');
    expect(chunks).toBeLessThan(33_554_432 / chunk.length + 5);
  });

  it('is an error, also in a runtime without streams', async () => {
    const body = JSON.stringify({ ...stats, more: 'ü'.repeat(1_000) });
    await using server = await ScriptedServer.start(() => ({ body }));
    const withoutStreams: typeof fetch = async (url, init) => {
      const { ok, status, headers, text } = await fetch(url, init).then(async (response) => ({
        ok: response.ok,
        status: response.status,
        headers: response.headers,
        text: await response.text(),
      }));
      return { ok, status, headers, text: async () => text } as Response;
    };
    for (const implementation of [fetch, withoutStreams]) {
      const client = (maxResponseBytes: number) =>
        new ChatClient({
          baseUrl: server.url,
          token: 't',
          maxResponseBytes,
          fetch: implementation,
        });
      expect(await client(5_000).stats.messages()).toMatchObject(stats);
      await expect(client(1_000).stats.messages()).rejects.toMatchObject({
        code: 'invalid_response',
      });
    }
  });
});

it('accepts a logout without a body', async () => {
  await using server = await ScriptedServer.start(() => ({ status: 204, body: '' }));
  const client = new ChatClient({ baseUrl: server.url, token: 't' });
  await client.logout();
  expect(server.to('/logout')).toHaveLength(1);
});

it.each(['system', 'tool'])(
  'delivers messages of the role %s, and unknown fields',
  async (role) => {
    const message = {
      role,
      content: 'Hello',
      timestamp: '2026-01-01T00:00:00.000Z',
      status: 'archived',
      language: 'en',
    };
    const pagination = { total: 1, page: 1, pageSize: 20, cursor: 'abc' };
    await using server = await ScriptedServer.start(() => ({
      body: { messages: [message], pagination },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });
    const page = await client.chat.history();
    expect(page.messages).toEqual([message]);
    expect(page.pagination).toEqual(pagination);
  },
);

it('adds one listener to a signal, however many calls use it', async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown) => warnings.push(warning);
  process.on('warning', onWarning);
  await using server = await ScriptedServer.start(() => ({ body: stats }));
  const client = new ChatClient({ baseUrl: server.url, token: 't' });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 20 }, () => client.stats.messages({ signal })));
  await new Promise(setImmediate);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
