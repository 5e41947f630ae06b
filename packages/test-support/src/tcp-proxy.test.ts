import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTcpProxy, type TcpConnection, type TcpProxy } from './index.js';

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

function connectToProxy(): Socket {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  return socket;
}

async function openConnection(): Promise<{
  client: Peer;
  server: Peer;
  connection: TcpConnection;
}> {
  const before = served.length;
  const client = peer(connectToProxy());
  while (served.length === before) await once(target, 'connection');
  const server = peer(served.at(-1)!);
  client.socket.write('hello;');
  await server.until('hello;');
  return { client, server, connection: proxy.connections.at(-1)! };
}

test('forwards bytes in both directions, in order', async () => {
  const { client, server } = await openConnection();
  const bytes = 'x'.repeat(3_000_000);
  client.socket.write(`${bytes}up`);
  server.socket.write(`${bytes}down`);
  await Promise.all([server.until('up'), client.until('down')]);
  expect(server.received()).toBe(`hello;${bytes}up`);
  expect(client.received()).toBe(`${bytes}down`);
});

test('forwards an end after the bytes before it', async () => {
  proxy.delayMs = 5;
  const { client, server } = await openConnection();
  server.socket.end('goodbye');
  expect(await client.ended).toBe('end');
  expect(client.received()).toBe('goodbye');
  expect(await server.ended).toBe('end');
});

test('forwards a reset', async () => {
  const { client, server } = await openConnection();
  server.socket.resetAndDestroy();
  expect(await client.ended).toBe('ECONNRESET');
});

test('cuts with a reset', async () => {
  const { client, server } = await openConnection();
  proxy.cut();
  expect(await client.ended).toBe('ECONNRESET');
  expect(await server.ended).toBe('ECONNRESET');
  await expect.poll(() => proxy.connections).toEqual([]);
});

test('cuts with an end', async () => {
  const { client, server } = await openConnection();
  proxy.cut('end');
  expect(await client.ended).toBe('end');
  expect(await server.ended).toBe('end');
});

test('cuts one connection and leaves the others', async () => {
  const first = await openConnection();
  const second = await openConnection();
  first.connection.cut();
  await first.client.ended;
  second.client.socket.write('still here');
  await second.server.until('still here');
});

test('cuts a connection after a number of bytes', async () => {
  const { client, server, connection: only } = await openConnection();
  only.cutAfter(5, 'down');
  server.socket.write('0123456789');
  expect(await client.ended).toBe('end');
  expect(client.received()).toBe('01234');
});

test('stalls one direction and resumes without loss', async () => {
  const { client, server } = await openConnection();
  proxy.stall('down');
  server.socket.write('held');
  client.socket.write('flows');
  await server.until('flows');
  expect(client.received()).toBe('');
  await proxy.resume();
  await client.until('held');
});

test('a stalled connection fills the sender’s buffer', async () => {
  const stalled = await openConnection();
  const other = await openConnection();
  stalled.connection.stall();
  const bytes = Buffer.alloc(50_000_000);
  stalled.server.socket.write(bytes);
  other.server.socket.write(bytes);
  other.server.socket.write('all of it');
  // As bytes went through another connection, so this one had enough time.
  await other.client.until('all of it');
  expect(stalled.server.socket.writableLength).toBeGreaterThan(0);
  await proxy.resume();
  await once(stalled.server.socket, 'drain');
});

test('accepts a connection while stalled, and forwards nothing on it', async () => {
  proxy.stall();
  const client = peer(connectToProxy());
  await once(client.socket, 'connect');
  client.socket.write('hello?');
  while (served.length === 0) await once(target, 'connection');
  const server = peer(served[0]!);
  expect(server.received()).toBe('');
  await proxy.resume();
  await server.until('hello?');
});

test('a black hole reads everything, hides a disconnect, and ends with a reset', async () => {
  const { client, server, connection: only } = await openConnection();
  only.blackHole('both');
  client.socket.write('discarded');
  client.socket.destroy();
  server.socket.write('are you there?');
  const other = await openConnection();
  expect(server.received()).toBe('hello;');
  expect(server.socket.readyState).toBe('open');
  await proxy.resume();
  expect(await server.ended).toBe('ECONNRESET');
  other.client.socket.write('unharmed');
  await other.server.until('unharmed');
});

test('drops bytes, and never delivers the bytes after them', async () => {
  const { client, server } = await openConnection();
  proxy.dropBytes(4, 'down');
  server.socket.write('lost and what follows');
  expect(await client.ended).toBe('ECONNRESET');
  expect(await server.ended).toBe('ECONNRESET');
  expect(client.received()).toBe('');
});

test('a connection that lost only some of the bytes to drop is reset on resume', async () => {
  const { client, server } = await openConnection();
  proxy.dropBytes(1000, 'down');
  server.socket.write('lost');
  const other = await openConnection();
  other.server.socket.write('later');
  await other.client.until('later');
  expect(client.received()).toBe('');
  await proxy.resume();
  expect(await client.ended).toBe('ECONNRESET');
  expect(await server.ended).toBe('ECONNRESET');
});

test('a connection that lost bytes forwards no more, even with a later cutAfter', async () => {
  const { client, server, connection: only } = await openConnection();
  only.dropBytes(20, 'down');
  server.socket.write('lost');
  const other = await openConnection();
  other.server.socket.write('later');
  await other.client.until('later');
  only.cutAfter(1000, 'down');
  server.socket.write('what follows the hole');
  expect(await client.ended).toBe('ECONNRESET');
  expect(client.received()).toBe('');
});

test('resume cancels faults that were not reached', async () => {
  const { client, server, connection: only } = await openConnection();
  only.cutAfter(10, 'up');
  only.dropBytes(10, 'down');
  await proxy.resume();
  client.socket.write('more than ten bytes up');
  server.socket.write('more than ten bytes down');
  await Promise.all([server.until('bytes up'), client.until('bytes down')]);
});

test('delays bytes without changing their order', async () => {
  const { client, server } = await openConnection();
  proxy.delayMs = 20;
  server.socket.write('first ');
  await new Promise((resolve) => setImmediate(resolve));
  proxy.delayMs = 0;
  server.socket.write('second');
  await client.until('second');
  expect(client.received()).toBe('first second');
});

test('refuses new connections, keeps the existing ones, and listens again', async () => {
  const { client, server } = await openConnection();
  proxy.refuse();
  expect(await peer(connectToProxy()).ended).toBe('ECONNREFUSED');
  client.socket.write('still here');
  await server.until('still here');
  await proxy.resume();
  await openConnection();
  expect(proxy.accepted).toBe(2);
});

test('resets a client when the target is down, and finds it on another port', async () => {
  const elsewhere = createServer((socket) => void socket.end('new target'));
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const good = (elsewhere.address() as AddressInfo).port;
  proxy.target = 1;
  expect(await peer(connectToProxy()).ended).toBe('ECONNRESET');
  proxy.target = good;
  const client = peer(connectToProxy());
  await client.until('new target');
  client.socket.end();
  elsewhere.close();
  await once(elsewhere, 'close');
});
