import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection, readResponse } from '../../../../../../test/support/raw-http.js';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';
import { chatPlugin } from '../chat-plugin.js';

const users = ['ada', 'eve'].map((username) => ({ username, password: 's3cret' }));

let app: FastifyInstance;
const connections: Socket[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  await app.close();
});

async function serve(): Promise<void> {
  const limits = { readsPerUser: 1, maxQueuedReads: 2 };
  app = await createChatServer({ users, passwords: cheapHasher, limits });
  await app.listen({ port: 0, host: '127.0.0.1' });
}

async function logIn(username: string): Promise<string> {
  const payload = { username, password: 's3cret' };
  const login = await app.inject({ method: 'POST', url: '/api/v1/login', payload });
  return login.json().access_token;
}

/** Sends the headers of a request with a body. */
async function startRequest(path: string, framing: string, token?: string): Promise<Socket> {
  const { port } = app.server.address() as { port: number };
  const connection = await openConnection(`http://127.0.0.1:${port}`);
  connections.push(connection);
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  connection.write(
    `POST /api/v1${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${authorization}${framing}\r\n\r\n`,
  );
  return connection;
}

/** Sends the headers of a request and the first bytes of its body. */
async function startBody(path: string, length: number, token?: string): Promise<Socket> {
  const connection = await startRequest(path, `Content-Length: ${length}`, token);
  connection.write('{"message":"Hi"');
  return connection;
}

it('rejects a large login before its body has arrived', async () => {
  await serve();
  const response = await readResponse(await startBody('/login', 16_385));
  expect(response.status).toBe(413);
});

it('receives few large bodies of a user at the same time', async () => {
  await serve();
  const [ada, eve] = [await logIn('ada'), await logIn('eve')];
  const bodies = await Promise.all([1, 2, 3, 4].map(() => startBody('/chat', 200_000, eve)));
  // The other three wait for the rest of their bodies.
  expect((await Promise.any(bodies.map(readResponse))).status).toBe(429);

  const send = async (token: string, size: number) => {
    const connection = await startBody('/chat', 15 + size + 1, token);
    connection.write(`${' '.repeat(size)}}`);
    return (await readResponse(connection)).status;
  };
  expect(await send(eve, 10)).toBe(200);
  expect(await send(ada, 100_000)).toBe(200);
  for (const connection of bodies) connection.destroy();
  await expect.poll(() => send(eve, 100_000)).toBe(200);
});

it('reads the bodies of many connections in one turn of the event loop', async () => {
  await serve();
  const token = await logIn('ada');
  const { port } = app.server.address() as { port: number };
  // Node accepts one connection in each turn, which must not be counted.
  for (let count = 0; count < 40; count += 1) {
    const accepted = once(app.server, 'connection');
    connections.push(await openConnection(`http://127.0.0.1:${port}`));
    await accepted;
  }
  let turns = 0;
  const turnsOfEnds: number[] = [];
  app.server.on('request', (request: IncomingMessage) => {
    request.once('end', () => turnsOfEnds.push(turns));
  });
  const body = '{"message":"Hi"}';
  const headers = `Host: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  for (const connection of connections) {
    connection.write(`POST /api/v1/chat HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
  }
  while (turnsOfEnds.length < connections.length) {
    await nextTurn();
    turns += 1;
  }
  expect(turnsOfEnds.at(-1)! - turnsOfEnds[0]!).toBeLessThan(10);
});

describe('a body of chunks of one byte', () => {
  /** Starts a request, and remembers the server's side of it. */
  async function startChunks(path: string, token?: string) {
    const arrived = once(app.server, 'request');
    const connection = await startRequest(path, 'Transfer-Encoding: chunked', token);
    const [request] = (await arrived) as [IncomingMessage];
    return { connection, request };
  }
  const inChunks = (content: string) => [...content].map((letter) => `1\r\n${letter}\r\n`).join('');

  it('is read', async () => {
    await serve();
    const { connection } = await startChunks('/login');
    const body = JSON.stringify({ ...users[0], note: 'x'.repeat(1_000) });
    connection.write(`${inChunks(body)}0\r\n\r\n`);
    expect((await readResponse(connection)).status).toBe(200);
  });

  it('lets other work continue between a hundred chunks and the next', async () => {
    await serve();
    const { connection, request } = await startChunks('/login');
    let chunks = 0;
    let most = 0;
    let isEnded = false;
    request.on('data', () => {
      chunks += 1;
    });
    request.once('end', () => {
      isEnded = true;
    });
    const countPerTurn = (): void => {
      most = Math.max(most, chunks);
      chunks = 0;
      if (!isEnded) setImmediate(countPerTurn);
    };
    countPerTurn();
    connection.write(`${inChunks(JSON.stringify(users[0]).padEnd(8_000))}0\r\n\r\n`);
    expect((await readResponse(connection)).status).toBe(200);
    // Two parts may be processed in one turn.
    expect(most).toBeLessThanOrEqual(200);
  });

  it('is held in the form in which it was sent, until it is read', async () => {
    await serve();
    const token = await logIn('eve');
    const first = await startChunks('/chat', token);
    await expect.poll(() => first.request.readableFlowing).toBe(true);
    const { connection, request } = await startChunks('/chat', token);
    connection.write(inChunks('x'.repeat(200_000)));
    await expect.poll(() => request.readableLength).toBeGreaterThan(0);
    const other = await startBody('/login', 16_385);
    expect((await readResponse(other)).status).toBe(413);
    expect(request.readableLength).toBeLessThanOrEqual(100);
  });

  it.each([
    ['at once', false],
    ['when a part has arrived', true],
  ])('is read by a route of the host that iterates over it %s', async (_when, waits) => {
    const host = Fastify();
    app = host;
    host.addContentTypeParser('application/json', (_request, _body, done) => done(null));
    host.post('/api/v1/import', async ({ raw }) => {
      while (waits && raw.readableLength === 0) await nextTurn();
      for (let turns = 0; waits && turns < 10; turns += 1) await nextTurn();
      return { body: await text(raw) };
    });
    await host.register(chatPlugin, { users, passwords: cheapHasher });
    await host.listen({ port: 0, host: '127.0.0.1' });
    const { connection } = await startChunks('/import');
    connection.write(`${inChunks('x'.repeat(3_000))}0\r\n\r\n`);
    expect((await readResponse(connection)).body).toBe(`{"body":"${'x'.repeat(3_000)}"}`);
  });

  it('ends the connection when it was rejected and goes on', async () => {
    await serve();
    const { connection, request } = await startChunks('/chat', 'invalid');
    expect((await readResponse(connection)).status).toBe(401);
    // The server resets the connection, so `once` of Node.js would throw.
    const closed = new Promise((resolve) => connection.once('close', resolve));
    const sent = inChunks('x'.repeat(300_000));
    connection.write(sent);
    await closed;
    expect(request.socket.bytesRead).toBeLessThan(sent.length / 2);
  });
});
