import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TcpLine } from './tcp-line.js';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.js';

let target: Server;
let proxy: TcpProxy;
let served: Socket[];
const clients: Socket[] = [];

beforeEach(async () => {
  served = [];
  target = createServer({ allowHalfOpen: false }, (socket) => {
    socket.on('error', () => {});
    served.push(socket);
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  proxy = await createTcpProxy({ target: (target.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const socket of [...clients.splice(0), ...served]) socket.destroy();
  await proxy.close();
  target.close();
  await once(target, 'close');
});

interface Peer {
  readonly socket: Socket;
  received(): string;
  until(text: string): Promise<void>;
  /** `end` or the code of the error, whichever comes first. */
  readonly ended: Promise<string>;
}

function peer(socket: Socket): Peer {
  const chunks: string[] = [];
  let tail = '';
  socket.on('data', (bytes: Buffer) => {
    chunks.push(bytes.toString('latin1'));
    tail = (tail + chunks.at(-1)).slice(-20);
  });
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    socket.once('end', () => resolve('end'));
  });
  const until = async (text: string): Promise<void> => {
    while (!tail.endsWith(text)) await once(socket, 'data');
  };
  return { socket, received: () => chunks.join(''), until, ended };
}

function dial(): Socket {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  return socket;
}

async function line(): Promise<{ client: Peer; server: Peer; line: TcpLine }> {
  const before = served.length;
  const client = peer(dial());
  while (served.length === before) await once(target, 'connection');
  const server = peer(served.at(-1)!);
  client.socket.write('hello;');
  await server.until('hello;');
  return { client, server, line: proxy.lines.at(-1)! };
}

test('carries bytes both ways, in order', async () => {
  const { client, server } = await line();
  const much = 'x'.repeat(3_000_000);
  client.socket.write(`${much}up`);
  server.socket.write(`${much}down`);
  await Promise.all([server.until('up'), client.until('down')]);
  expect(server.received()).toBe(`hello;${much}up`);
  expect(client.received()).toBe(`${much}down`);
});

test('passes an end on after what was sent before it', async () => {
  proxy.delayMs = 5;
  const { client, server } = await line();
  server.socket.end('goodbye');
  expect(await client.ended).toBe('end');
  expect(client.received()).toBe('goodbye');
  expect(await server.ended).toBe('end');
});

test('passes a reset on', async () => {
  const { client, server } = await line();
  server.socket.resetAndDestroy();
  expect(await client.ended).toBe('ECONNRESET');
});

test('cuts with a reset', async () => {
  const { client, server } = await line();
  proxy.cut();
  expect(await client.ended).toBe('ECONNRESET');
  expect(await server.ended).toBe('ECONNRESET');
  await expect.poll(() => proxy.lines).toEqual([]);
});

test('cuts with an end', async () => {
  const { client, server } = await line();
  proxy.cut('end');
  expect(await client.ended).toBe('end');
  expect(await server.ended).toBe('end');
});

test('cuts one line and leaves the others', async () => {
  const first = await line();
  const second = await line();
  first.line.cut();
  await first.client.ended;
  second.client.socket.write('still here');
  await second.server.until('still here');
});

test('cuts in the middle of what is being sent', async () => {
  const { client, server, line: only } = await line();
  only.cutAfter(5, 'down');
  server.socket.write('0123456789');
  expect(await client.ended).toBe('end');
  expect(client.received()).toBe('01234');
});

test('stalls in one direction and goes on without loss', async () => {
  const { client, server } = await line();
  proxy.stall('down');
  server.socket.write('held');
  client.socket.write('flows');
  await server.until('flows');
  expect(client.received()).toBe('');
  await proxy.resume();
  await client.until('held');
});

test('lets a sender feel that a stalled line takes nothing', async () => {
  const stalled = await line();
  const other = await line();
  stalled.line.stall();
  const much = Buffer.alloc(50_000_000);
  stalled.server.socket.write(much);
  other.server.socket.write(much);
  other.server.socket.write('all of it');
  // By the time that as much has gone through another line, this one had every chance.
  await other.client.until('all of it');
  expect(stalled.server.socket.writableLength).toBeGreaterThan(0);
  await proxy.resume();
  await once(stalled.server.socket, 'drain');
});

test('accepts a line while stalled, and says nothing on it', async () => {
  proxy.stall();
  const client = peer(dial());
  await once(client.socket, 'connect');
  client.socket.write('anybody?');
  while (served.length === 0) await once(target, 'connection');
  const server = peer(served[0]!);
  expect(server.received()).toBe('');
  await proxy.resume();
  await server.until('anybody?');
});

test('a black hole takes everything, hides that a peer left, and ends as a broken line', async () => {
  const { client, server, line: only } = await line();
  only.blackHole('both');
  client.socket.write('into nothing');
  client.socket.destroy();
  server.socket.write('are you there?');
  const other = await line();
  expect(server.received()).toBe('hello;');
  expect(server.socket.readyState).toBe('open');
  await proxy.resume();
  expect(await server.ended).toBe('ECONNRESET');
  other.client.socket.write('unharmed');
  await other.server.until('unharmed');
});

test('drops bytes, and never delivers what comes after the hole', async () => {
  const { client, server } = await line();
  proxy.dropBytes(4, 'down');
  server.socket.write('lost and what follows');
  expect(await client.ended).toBe('ECONNRESET');
  expect(await server.ended).toBe('ECONNRESET');
  expect(client.received()).toBe('');
});

test('a line that lost only some of the bytes that it is to lose breaks when the network is mended', async () => {
  const { client, server } = await line();
  proxy.dropBytes(1000, 'down');
  server.socket.write('lost');
  const other = await line();
  other.server.socket.write('later');
  await other.client.until('later');
  expect(client.received()).toBe('');
  await proxy.resume();
  expect(await client.ended).toBe('ECONNRESET');
  expect(await server.ended).toBe('ECONNRESET');
});

test('a line that lost some bytes lets none through, also when it is told to be cut later', async () => {
  const { client, server, line: only } = await line();
  only.dropBytes(20, 'down');
  server.socket.write('lost');
  const other = await line();
  other.server.socket.write('later');
  await other.client.until('later');
  only.cutAfter(1000, 'down');
  server.socket.write('what follows the hole');
  expect(await client.ended).toBe('ECONNRESET');
  expect(client.received()).toBe('');
});

test('what was not reached when the network is mended is called off', async () => {
  const { client, server, line: only } = await line();
  only.cutAfter(10, 'up');
  only.dropBytes(10, 'down');
  await proxy.resume();
  client.socket.write('more than ten bytes up');
  server.socket.write('more than ten bytes down');
  await Promise.all([server.until('bytes up'), client.until('bytes down')]);
});

test('delays without changing the order', async () => {
  const { client, server } = await line();
  proxy.delayMs = 20;
  server.socket.write('first ');
  await new Promise((resolve) => setImmediate(resolve));
  proxy.delayMs = 0;
  server.socket.write('second');
  await client.until('second');
  expect(client.received()).toBe('first second');
});

test('refuses connects, keeps the lines there are, and listens again', async () => {
  const { client, server } = await line();
  proxy.refuse();
  expect(await peer(dial()).ended).toBe('ECONNREFUSED');
  client.socket.write('still here');
  await server.until('still here');
  await proxy.resume();
  await line();
  expect(proxy.accepted).toBe(2);
});

test('resets a client when the target is gone, and finds it where it comes back', async () => {
  const elsewhere = createServer((socket) => void socket.end('new home'));
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const good = (elsewhere.address() as AddressInfo).port;
  proxy.target = 1;
  expect(await peer(dial()).ended).toBe('ECONNRESET');
  proxy.target = good;
  const client = peer(dial());
  await client.until('new home');
  client.socket.end();
  elsewhere.close();
  await once(elsewhere, 'close');
});
