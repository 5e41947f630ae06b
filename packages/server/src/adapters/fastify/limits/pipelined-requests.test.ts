import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../../../../../test/support/raw-http.js';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';
import { chatPlugin } from '../chat-plugin.js';

const options = { users: [{ username: 'ada', password: 's3cret' }], passwords: cheapHasher };

let app: FastifyInstance;
const connections: Socket[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  await app.close();
});

async function open(): Promise<Socket> {
  const { port } = app.server.address() as { port: number };
  const connection = await openConnection(`http://127.0.0.1:${port}`);
  connections.push(connection);
  return connection;
}

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const upgrade = get(
  '/ws/chat?token=x',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
);

const openSockets = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;

describe('an upgrade behind a request in the same packet', () => {
  const servers: [string, () => Promise<FastifyInstance>][] = [
    ['of a server', () => createChatServer(options)],
    [
      'of a plugin whose host registered @fastify/websocket',
      async () => {
        const host = Fastify();
        await host.register(websocket);
        await host.register(chatPlugin, options);
        return host;
      },
    ],
  ];
  it.each(servers)('%s does not keep its connection', async (_name, create) => {
    app = await create();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const before = openSockets();
    const opened = await Promise.all(Array.from({ length: 300 }, open));
    for (const connection of opened) connection.resume().write(get('/healthz') + upgrade);
    await Promise.all(opened.map((connection) => connection.closed || once(connection, 'close')));
    await expect.poll(openSockets).toBe(before);
  });
});

describe('pipelined requests', () => {
  it('get their responses in order', async () => {
    app = await createChatServer(options);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const connection = await open();
    let received = '';
    connection.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    const ids = Array.from({ length: 200 }, (_, n) => `id-${n}`);
    connection.write(ids.map((id) => get('/healthz', `X-Request-Id: ${id}\r\n`)).join(''));
    await expect.poll(() => received.match(/id-\d+/g)).toEqual(ids);
  });

  it('start only after the previous response was written', async () => {
    app = await createChatServer(options);
    let running = 0;
    let maximum = 0;
    app.get('/slow', async () => {
      running += 1;
      maximum = Math.max(maximum, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return 'x';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const connection = await open();
    connection.write(get('/slow').repeat(19) + get('/slow', 'Connection: close\r\n'));
    await once(connection.resume(), 'close');
    expect(maximum).toBe(1);
  });

  it('wait in the network while a response is in progress', async () => {
    app = await createChatServer(options);
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    app.get('/held', () => finished.then(() => 'x'));
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const [[accepted], connection] = await Promise.all([once(app.server, 'connection'), open()]);
    const mib = 1024 * 1024;
    connection.write(get('/held') + get('/healthz').repeat((16 * mib) / get('/healthz').length));
    // Many turns of the event loop, in which the server could read.
    for (let n = 0; n < 100; n += 1) await fetch(`${url}/healthz`);
    expect(accepted.bytesRead).toBeGreaterThan(0);
    expect(accepted.bytesRead).toBeLessThan(mib);
    finish();
  });

  it.each([
    ['in one packet', 1_000_000],
    ['in small packets', 3],
  ])('follow bodies of any kind, %s', async (_how, size) => {
    app = await createChatServer(options);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const connection = (await open()).setNoDelay();
    let received = '';
    connection.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    const post = (id: string, headers: string, body: string) =>
      `POST /api/v1/login HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`;
    const chunk = (text: string) => `${text.length.toString(16)};x="0"\r\n${text}\r\n`;
    const chunked = (body: string) =>
      `${chunk(body.slice(0, 1))}${chunk(body.slice(1))}00\r\nX-Trailer: 0\r\n\r\n`;
    const blank = '\r\n'.repeat(2_000);
    const requests = ['{}', `{}${blank}`, `{}${'x'.repeat(20_000)}`].flatMap((body, n) => [
      post(`id-${n}0`, `Content-Length: ${body.length}`, body),
      post(`id-${n}1`, 'Transfer-Encoding: chunked', chunked(body)),
      get('/healthz', `X-Request-Id: id-${n}2\r\n`),
    ]);
    const bytes = requests.join('');
    for (let at = 0; at < bytes.length; at += size) {
      connection.write(bytes.slice(at, at + size));
      await new Promise(setImmediate);
    }
    await expect
      .poll(() => received.match(/(?<=HTTP\/1.1 )\d+|id-\d+/g)?.join(' '))
      .toBe(
        '400 id-00 400 id-01 200 id-02 400 id-10 400 id-11 200 id-12 413 id-20 413 id-21 200 id-22',
      );
  });

  it('do not cut bodies into small parts', async () => {
    app = await createChatServer(options);
    let parts = 0;
    app.addContentTypeParser('text/lines', (_request, body, done) => {
      body.on('data', () => {
        parts += 1;
      });
      body.on('end', () => done(null, ''));
    });
    app.post('/parts', async () => 'x');
    await app.listen({ port: 0, host: '127.0.0.1' });
    const connection = await open();
    const head =
      'POST /parts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/lines\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = `2000\r\n${'\r\n0\r\n\r\n\n'.repeat(1024)}\r\n`;
    connection.write(`${head}${chunk.repeat(100)}0\r\n\r\n`);
    await once(connection.resume(), 'close');
    // About one for each chunk, and one for each read of the connection.
    expect(parts).toBeGreaterThanOrEqual(100);
    expect(parts).toBeLessThan(500);
  });

  it('close the connection when their responses are not read', async () => {
    app = await createChatServer({ ...options, writeTimeoutMs: 50 });
    const text = 'x'.repeat(8_000_000);
    app.get('/large', async () => text);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const connection = await open();
    connection.pause();
    connection.write(get('/large').repeat(3));
    const count = () =>
      new Promise<number>((resolve) => app.server.getConnections((_error, n) => resolve(n)));
    await expect.poll(count).toBe(0);
  });
});
