import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../../../../test/support/raw-http.js';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createChatServer } from '../../create-chat-server.js';
import { chunkAssistant } from '../../testing/chunk-assistant.js';
import { EventReader, joinDeltas } from '../../testing/read-events.js';
import type { ChatServerOptions } from './server-options.js';

const user = { username: 'ada', password: 's3cret' };

let app: FastifyInstance;
let url: string;
let authorization: string;
const connections: Socket[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  await app.close();
});

async function serve(
  options: ChatServerOptions,
  prepare: (app: FastifyInstance) => void = () => {},
): Promise<void> {
  app = await createChatServer({ users: [user], passwords: cheapHasher, ...options });
  prepare(app);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  const login = await app.inject({ method: 'POST', url: '/api/v1/login', payload: user });
  authorization = `Bearer ${login.json().access_token}`;
}

const post = (headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${url}/api/v1/chat`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ message: 'Hello' }),
    ...(signal && { signal }),
  });

async function stream(headers: Record<string, string> = {}, signal?: AbortSignal) {
  const response = await post({ accept: 'text/event-stream', ...headers }, signal);
  const reader = new EventReader(response.body!.pipeThrough(new TextDecoderStream()));
  return { response, reader };
}

/** Requests a stream and never reads the response. */
async function streamWithoutReading(): Promise<void> {
  const connection = await openConnection(url);
  connections.push(connection);
  connection.pause();
  const body = JSON.stringify({ message: 'Hello' });
  connection.write(
    `POST /api/v1/chat HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

describe('a streamed response over HTTP', () => {
  it('arrives delta by delta, with the headers for proxies', async () => {
    const assistant = chunkAssistant();
    await serve({ assistant });
    const started = stream();
    await assistant.receivedRequests(1);
    await assistant.send('One, ');
    const { response, reader } = await started;
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).not.toBeNull();
    expect((await reader.next())?.data.content).toBe('One, ');
    await assistant.send('two');
    expect((await reader.next())?.data.content).toBe('two');
    assistant.end();
    const rest = await reader.rest();
    expect(rest.map(({ event }) => event)).toEqual(['message']);
    expect(rest[0]?.data.response).toBe('One, two');
  });

  it('waits for the client between the parts of a long reply', async () => {
    const text = 'é😀'.repeat(300_000);
    await serve({ assistant: { reply: async () => text } });
    const { reader } = await stream({ prefer: 'return=minimal' });
    // The network buffers hold only a part of the reply.
    const first = (await reader.next())!;
    const events = [first, ...(await reader.rest())];
    expect(events.at(-1)?.event).toBe('message');
    expect(joinDeltas(events)).toBe(text);
  });

  it('sends chunks that arrive together as one event', async () => {
    const chunks = Array.from({ length: 1_000 }, (_, index) => `word ${index} `);
    await serve({
      assistant: {
        async *reply() {
          yield* chunks;
        },
      },
    });
    const { reader } = await stream({ prefer: 'return=minimal' });
    const events = await reader.rest();
    expect(joinDeltas(events)).toBe(chunks.join(''));
    expect(events.length).toBeLessThan(10);
  });

  it('can be read by a hook', async () => {
    const text = 'é'.repeat(500_000);
    let read = '';
    await serve({ assistant: { reply: async () => text } }, (app) =>
      app.addHook('onSend', async (_request, _reply, payload) => {
        if (payload instanceof Readable) payload.on('data', (bytes: Buffer) => (read += bytes));
        return payload;
      }),
    );
    const { reader } = await stream({ prefer: 'return=minimal' });
    expect(joinDeltas(await reader.rest())).toBe(text);
    expect(read).toContain('event: message');
  });

  it('is an ordinary error when a hook destroys it before the first event', async () => {
    await serve({}, (app) =>
      app.addHook('onSend', async (_request, _reply, payload) => {
        if (!(payload instanceof Readable)) return payload;
        payload.destroy(new Error('The hook failed.'));
        return payload;
      }),
    );
    const response = await post({ accept: 'text/event-stream' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toBe('');
  });

  it('can be compressed by a hook', async () => {
    const assistant = chunkAssistant();
    await serve({ assistant }, (app) =>
      app.addHook('onSend', async (_request, reply, payload) => {
        if (!(payload instanceof Readable)) return payload;
        reply.header('content-encoding', 'gzip');
        return payload.pipe(createGzip({ flush: constants.Z_SYNC_FLUSH }));
      }),
    );
    const started = stream({ prefer: 'return=minimal' });
    await assistant.receivedRequests(1);
    await assistant.send('One, ');
    const { response, reader } = await started;
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const first = (await reader.next())!;
    expect(joinDeltas([first])).toBe('One, ');
    await assistant.send('two');
    assistant.end();
    expect(joinDeltas([first, ...(await reader.rest())])).toBe('One, two');
  });

  it('is an ordinary error without a token', async () => {
    await serve({});
    authorization = 'Bearer x';
    const response = await post({ accept: 'text/event-stream' });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('frees its stream when the client disconnects; the reply continues', async () => {
    const assistant = chunkAssistant();
    await serve({ assistant, limits: { streamsPerUser: 1 } });
    const caller = new AbortController();
    const key = { 'idempotency-key': 'k' };
    const started = stream(key, caller.signal);
    await assistant.receivedRequests(1);
    await assistant.send('One, ');
    await (await started).reader.next();
    caller.abort();
    let again = await stream(key);
    while (again.response.status === 429) again = await stream(key);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    expect(assistant.requests[0]?.signal.aborted).toBe(false);
    await assistant.send('two');
    assistant.end();
    const events = await again.reader.rest();
    expect(joinDeltas(events)).toBe('One, two');
    expect(events.at(-1)?.data.messages).toHaveLength(2);
  });

  it('ends when the client does not read it, and does not delay other clients', async () => {
    // Each character needs six bytes of JSON: far more than the network buffers hold.
    const replies = ['\u0001'.repeat(1_000_000), 'short'];
    const reply = async () => replies.shift() ?? '';
    await serve({ assistant: { reply }, writeTimeoutMs: 2_000 });
    const accepted = once(app.server, 'connection');
    await streamWithoutReading();
    const [slow] = (await accepted) as [Socket];
    const closed = once(slow, 'close');
    await expect.poll(() => replies.length).toBe(1);
    const { reader } = await stream({ prefer: 'return=minimal' });
    expect(joinDeltas(await reader.rest())).toBe('short');
    await closed;
  });
});
