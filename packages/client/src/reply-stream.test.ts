import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from './client.js';
import { deferred } from './lib/deferred.js';
import type { ChatClientOptions } from './options/client-options.js';
import type { ReplyStream } from './reply-stream.js';
import { errorOf } from './testing/error-of.js';
import { type Reaction, ScriptedServer } from './testing/scripted-server.js';
import { flushEvents, skipWaits } from './testing/skip-waits.js';

const extensions = { 'chat-extensions': 'identity, idempotency, stream, stop' };
const eventStream = { ...extensions, 'content-type': 'text/event-stream; charset=utf-8' };
const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const delta = (offset: number, content: string) => event('delta', { id: 'r1', offset, content });
const timestamp = '2026-01-01T00:00:00.000Z';
const replyBody = (response: string) => ({
  response,
  messages: [
    { role: 'user', content: 'Hello', timestamp, id: 'q1' },
    { role: 'assistant', content: response, timestamp, id: 'r1' },
  ],
});
const result = (response: string) => event('message', replyBody(response));

async function* chunks(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function* cutAfter(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
  // The text must have reached the client: the end of a connection may discard what was not read.
  await flushEvents(50);
  throw new Error('The connection is cut.');
}

const streamed = (...texts: string[]): Reaction => ({
  headers: eventStream,
  chunks: chunks(...texts),
});

/** A server that reacts to requests of the reply with these reactions, one after the other, and stops replies. */
async function serverWith(...reactions: Reaction[]) {
  const server = await ScriptedServer.start(({ path }) => {
    if (path === '/chat/stop') return { headers: extensions, body: { stopped: true } };
    return reactions.shift() ?? { status: 500 };
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const clientOf = (baseUrl: string, options: Partial<ChatClientOptions> = {}) =>
  new ChatClient({ baseUrl, token: 't', ...options });

/** A client whose `fetch` responds with this body. */
function clientWithBody(body: BodyInit | null, options: Partial<ChatClientOptions> = {}) {
  const fetch = async () => new Response(body, { headers: eventStream });
  return clientOf('https://chat.example.com', { fetch, ...options });
}

async function contentsOf(stream: ReplyStream): Promise<string[]> {
  const contents: string[] = [];
  for await (const { content } of stream) contents.push(content);
  return contents;
}

describe('a streamed reply', () => {
  it('arrives delta by delta while it is generated', async () => {
    const received = [deferred<void>(), deferred<void>()];
    async function* body() {
      yield delta(0, 'Good ');
      await received[0]?.promise;
      yield ': heartbeat\n\n';
      yield delta(5, 'morning.');
      await received[1]?.promise;
      yield result('Good morning.');
    }
    const server = await serverWith({ headers: eventStream, chunks: body() });
    const stream = clientOf(server.url).chat.stream('Hello', { return: 'minimal' });
    const deltas = [];
    for await (const each of stream) {
      deltas.push(each);
      received[deltas.length - 1]?.resolve();
    }
    expect(deltas).toEqual([
      { id: 'r1', offset: 0, content: 'Good ' },
      { id: 'r1', offset: 5, content: 'morning.' },
    ]);
    expect(await stream.reply).toEqual(replyBody('Good morning.'));
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      body: { message: 'Hello' },
      headers: {
        accept: 'text/event-stream, application/json;q=0.9',
        prefer: 'return=minimal',
        'idempotency-key': expect.any(String),
      },
    });
  });

  it('has a single delta with a backend that supports only the core', async () => {
    const server = await serverWith({ body: replyBody('Good morning.') });
    const stream = clientOf(server.url).chat.stream('Hello');
    const deltas = [];
    for await (const each of stream) deltas.push(each);
    expect(deltas).toEqual([{ offset: 0, content: 'Good morning.' }]);
    expect((await stream.reply).response).toBe('Good morning.');
    expect(server.requests).toHaveLength(1);
  });

  it('arrives at the end where a response body is not a stream', async () => {
    const text = `${delta(0, 'Good ')}${result('Good morning.')}`;
    const fetch = async () => ({
      ok: true,
      status: 200,
      headers: new Headers(eventStream),
      text: async () => text,
    });
    const stream = clientOf('https://chat.example.com', { fetch }).chat.stream('Hello');
    expect(await contentsOf(stream)).toEqual(['Good ', 'morning.']);
    expect((await stream.reply).response).toBe('Good morning.');
  });

  it('does not depend on where the network splits it', async () => {
    const texts = ['Grüße \u2028', '👋🏽 "ok"'];
    const body =
      ': comment\r\n\r\nid: 7\nretry: 5\r' +
      delta(0, texts[0]!).replaceAll('\n', '\r\n') +
      delta(texts[0]!.length, texts[1]!).replaceAll('\n', '\r') +
      'event:unknown\ndata:{}\n\n' +
      result(texts.join('')).replace('data: {', 'data:{\ndata:');
    const bytes = new TextEncoder().encode(body);
    for (const size of [1, 2, 3, 5, 7, 64, bytes.length]) {
      let position = 0;
      const source = new ReadableStream({
        pull(controller) {
          controller.enqueue(bytes.slice(position, position + size));
          position += size;
          if (position >= bytes.length) controller.close();
        },
      });
      const stream = clientWithBody(source).chat.stream('Hello');
      expect(await contentsOf(stream)).toEqual(texts);
      expect((await stream.reply).response).toBe(texts.join(''));
    }
  });

  it('ignores invalid deltas, and takes their text from the result', async () => {
    const text = [
      'event: delta\ndata: not JSON\n\n',
      event('delta', { id: 'r1', offset: 0 }),
      delta(0, 'Good '),
      delta(9, 'after a hole'),
      delta(0, 'Good '),
      result('Good morning.'),
    ].join('');
    expect(await contentsOf(clientWithBody(text).chat.stream('Hello'))).toEqual([
      'Good ',
      'morning.',
    ]);
  });

  it('ends with its result, even if the connection stays open', async () => {
    const cancelled = vi.fn();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(result('Hi'))),
      cancel: cancelled,
    });
    expect(await contentsOf(clientWithBody(body).chat.stream('Hello'))).toEqual(['Hi']);
    expect(cancelled).toHaveBeenCalledTimes(1);
  });

  it('can be iterated late and twice', async () => {
    const stream = clientWithBody(delta(0, 'Hi') + result('Hi')).chat.stream('Hello');
    await stream.reply;
    expect(await contentsOf(stream)).toEqual(['Hi']);
    expect(await contentsOf(stream)).toEqual(['Hi']);
  });

  it('resolves after the iteration was left, and is not stopped', async () => {
    const isLeft = deferred<void>();
    async function* body() {
      yield delta(0, 'Good ');
      await isLeft.promise;
      yield result('Good morning.');
    }
    const server = await serverWith({ headers: eventStream, chunks: body() });
    const stream = clientOf(server.url).chat.stream('Hello');
    for await (const _ of stream) break;
    isLeft.resolve();
    expect((await stream.reply).response).toBe('Good morning.');
    expect(server.to('/chat/stop')).toEqual([]);
  });
});

describe('an interrupted stream', () => {
  it.each([
    ['is cut', cutAfter],
    ['ends early', chunks],
  ])('that %s continues where it was, with the same key', async (_, end) => {
    const { hooks, retries } = skipWaits();
    const server = await serverWith(
      { headers: eventStream, chunks: end(delta(0, 'Good '), delta(5, 'mor')) },
      streamed(delta(0, 'Good morn'), delta(9, 'ing.'), result('Good morning.')),
    );
    const stream = clientOf(server.url, { hooks }).chat.stream('Hello');
    const contents = await contentsOf(stream);
    expect(contents.join('')).toBe('Good morning.');
    expect((await stream.reply).response).toBe('Good morning.');
    expect(retries).toMatchObject([{ attempt: 1, error: { code: 'connection_failed' } }]);
    const keys = server.to('/chat').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('continues with another reply from its beginning', async () => {
    const { hooks } = skipWaits();
    const other = (offset: number, content: string) =>
      event('delta', { id: 'r2', offset, content });
    const server = await serverWith(
      { headers: eventStream, chunks: cutAfter(delta(0, 'The answer '), delta(11, 'is 4')) },
      streamed(other(0, 'Completely '), other(11, 'different.'), result('Completely different.')),
    );
    const deltas: object[] = [];
    for await (const next of clientOf(server.url, { hooks }).chat.stream('Hello'))
      deltas.push(next);
    expect(deltas).toEqual([
      { id: 'r1', offset: 0, content: 'The answer ' },
      { id: 'r1', offset: 11, content: 'is 4' },
      { id: 'r2', offset: 0, content: 'Completely ' },
      { id: 'r2', offset: 11, content: 'different.' },
    ]);
  });

  it('is not sent again to a backend without idempotency keys', async () => {
    const headers = { ...eventStream, 'chat-extensions': 'stream' };
    const server = await serverWith({ headers, chunks: cutAfter(delta(0, 'Good ')) });
    const stream = clientOf(server.url).chat.stream('Hello');
    await expect(contentsOf(stream)).rejects.toMatchObject({ code: 'connection_failed' });
    await expect(stream.reply).rejects.toMatchObject({ code: 'connection_failed' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a stream that fails', () => {
  it('throws the error that the backend reports after the first delta', async () => {
    const error = event('error', { status: 403, detail: 'The account is closed.' });
    const stream = clientWithBody(delta(0, 'Good ') + error).chat.stream('Hello');
    const contents: string[] = [];
    const iteration = (async () => {
      for await (const { content } of stream) contents.push(content);
    })();
    await expect(iteration).rejects.toMatchObject({
      code: 'permission_denied',
      status: 403,
      detail: 'The account is closed.',
    });
    expect(contents).toEqual(['Good ']);
  });

  it('is repeated after a transient error of the backend', async () => {
    const { hooks } = skipWaits();
    const server = await serverWith(
      streamed(event('error', { status: 503, detail: 'Stopping.' })),
      streamed(result('Hi')),
    );
    expect(await contentsOf(clientOf(server.url, { hooks }).chat.stream('Hello'))).toEqual(['Hi']);
  });

  it('behaves like send before the first event: 401 and 429', async () => {
    const { hooks } = skipWaits();
    const server = await serverWith(
      { status: 401, body: { detail: 'The token has expired.' } },
      { status: 429, headers: { ...extensions, 'retry-after': '1' }, body: { detail: 'Wait.' } },
      streamed(result('Hi')),
    );
    const client = clientOf(server.url, { hooks, token: 'old', getToken: async () => 'new' });
    expect(await contentsOf(client.chat.stream('Hello'))).toEqual(['Hi']);
    expect(server.requests.map(({ token }) => token)).toEqual(['old', 'new', 'new']);
  });

  it('has an error for a result that does not match the contract', async () => {
    const text = event('message', { response: 'Hi', messages: [{}] });
    const { reply } = clientWithBody(text).chat.stream('Hello');
    await expect(reply).rejects.toMatchObject({
      code: 'invalid_response',
      path: 'messages.0.role',
    });
  });

  it('has an error when it exceeds maxResponseBytes', async () => {
    const text = delta(0, 'a'.repeat(500)) + result('a'.repeat(500));
    const { reply } = clientWithBody(text, { maxResponseBytes: 700 }).chat.stream('Hello');
    await expect(reply).rejects.toMatchObject({ code: 'invalid_response' });
  });

  it('causes no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    const stream = clientOf('https://chat.example.com', {
      fetch: async () => Promise.reject(new TypeError('Connection lost.')),
      retry: { limit: 0 },
    }).chat.stream('Hello');
    await expect(contentsOf(stream)).rejects.toMatchObject({ code: 'connection_failed' });
    await flushEvents();
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('after a rate limit', () => {
  const stats = { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 };

  /** A client with a rate-limited request for a reply, which has this reaction the second time. */
  async function rateLimited(reaction: Reaction) {
    const { hooks } = skipWaits();
    const reactions: Reaction[] = [
      { status: 429, headers: { ...extensions, 'retry-after': '1' }, body: { detail: 'Wait.' } },
      reaction,
    ];
    const server = await ScriptedServer.start(({ path }) => {
      if (path === '/chat/stop') return { body: { stopped: true } };
      if (path === '/stats/messages') return { body: stats };
      return reactions.shift() ?? { status: 500 };
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return { server, client: clientOf(server.url, { hooks }) };
  }

  it('calls do not wait for the end of a stream', async () => {
    const finished = deferred<void>();
    async function* body() {
      yield delta(0, 'Good ');
      await finished.promise;
      yield result('Good morning.');
    }
    const { client } = await rateLimited({ headers: eventStream, chunks: body() });
    const stream = client.chat.stream('Hello');
    for await (const _ of stream) break;
    expect(await client.stats.messages()).toEqual(stats);
    finished.resolve();
    expect((await stream.reply).response).toBe('Good morning.');
  });

  it('a stop does not wait for the reply that it stops', async () => {
    const { client, server } = await rateLimited('hang');
    const reply = errorOf(client.chat.send('Hello'));
    while (server.to('/chat').length < 2) await flushEvents(1);
    expect(await client.chat.stop()).toEqual({ stopped: true });
    await client.close();
    expect(await reply).toMatchObject({ code: 'client_closed' });
  });
});

describe('a reply in progress', () => {
  /** A server whose reply never ends. */
  const endless = (headers: Record<string, string> = eventStream) =>
    serverWith({
      headers,
      chunks: (async function* () {
        yield delta(0, 'Good ');
        await new Promise(() => {});
      })(),
    });

  it('is stopped at the backend when the signal aborts', async () => {
    const server = await endless();
    const controller = new AbortController();
    const reason = new Error('Enough.');
    const stream = clientOf(server.url).chat.stream('Hello', { signal: controller.signal });
    const contents: string[] = [];
    const iteration = (async () => {
      for await (const { content } of stream) {
        contents.push(content);
        controller.abort(reason);
      }
    })();
    await expect(iteration).rejects.toMatchObject({ code: 'aborted', cause: reason });
    await expect(stream.reply).rejects.toMatchObject({ name: 'AbortError' });
    expect(contents).toEqual(['Good ']);
    await vi.waitFor(() => expect(server.to('/chat/stop')).toHaveLength(1), { timeout: 20_000 });
    expect(server.to('/chat/stop')[0]).toMatchObject({ body: { messageId: 'r1' }, token: 't' });
  });

  it('is not stopped at a backend that supports only the core', async () => {
    const server = await serverWith({ body: replyBody('Hi') }, 'hang');
    const controller = new AbortController();
    const client = clientOf(server.url);
    await client.chat.send('Hello');
    const { reply } = client.chat.stream('Hello', { signal: controller.signal });
    while (server.requests.length < 2) await flushEvents(1);
    controller.abort();
    await expect(reply).rejects.toMatchObject({ code: 'aborted' });
    await flushEvents();
    expect(server.requests).toHaveLength(2);
  });

  it('is stopped before the first response of the backend', async () => {
    const server = await serverWith('hang');
    const controller = new AbortController();
    const { reply } = clientOf(server.url).chat.stream('Hello', { signal: controller.signal });
    while (server.requests.length === 0) await flushEvents(1);
    controller.abort();
    await expect(reply).rejects.toMatchObject({ code: 'aborted' });
    await vi.waitFor(() => expect(server.to('/chat/stop')).toHaveLength(1), { timeout: 20_000 });
  });

  it('is not stopped when the client is closed', async () => {
    const server = await endless();
    const client = clientOf(server.url);
    const stream = client.chat.stream('Hello');
    const iteration = errorOf(
      (async () => {
        for await (const _ of stream) await client.close();
      })(),
    );
    expect(await iteration).toMatchObject({ code: 'client_closed' });
    await flushEvents();
    expect(server.to('/chat/stop')).toEqual([]);
  });

  it('has a timeout for the time in which the backend sends nothing, not for its duration', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let push = (_: string) => {};
    const body = new ReadableStream({
      start: (controller) => {
        push = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const client = clientWithBody(body, { timeoutMs: 1000 });
    const { reply } = client.chat.stream('Hello');
    const error = errorOf(reply);
    const isSettled = vi.fn();
    error.then(isSettled);
    for (const offset of [0, 1, 2, 3, 4]) {
      push(delta(offset, '.'));
      await flushEvents();
      await vi.advanceTimersByTimeAsync(900);
    }
    await flushEvents();
    expect(isSettled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    expect(await error).toMatchObject({ code: 'timeout', timeoutMs: 1000 });
  });
});
