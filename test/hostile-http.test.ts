import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ServerProcess } from '@chat/test-support';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call, logIn } from './cluster/http-calls.js';
import { openConnection } from './support/raw-http.js';

/** Six bytes of JSON per character. */
const content = '\u0001'.repeat(8_000);
/** Of the server process, including Node's own 100 MB; docs/security.md contains it. */
const maxMemoryMb = 500;
/** Generous: both are measured on a machine that is busy with other tests. */
const maxRatio = 30;

let folder: string;
let server: ServerProcess;
let attacker: string;
let user: string;
const connections: Socket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-hostile-http-'));
  server = new ServerProcess({
    data: join(folder, 'chat.db'),
    users: ['ada:s3cret', 'eve:s3cret'],
    environment: {
      CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes',
      CHAT_MESSAGES_PER_MINUTE: '100000',
    },
    timeoutMs: 60_000,
  });
  await server.start();
  attacker = await logIn(server.url, 'eve');
  user = await logIn(server.url, 'ada');
  // A session of 4 MB: 24 MB of JSON.
  for (let n = 0; n < 250; n += 1) {
    const headers = { Prefer: 'return=minimal' };
    await call(server.url, '/api/v1/chat', {
      token: attacker,
      headers,
      body: { message: content },
    });
  }
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy();
});
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true });
});

const get = (path: string, method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${attacker}\r\n\r\n`;

/** Sends the bytes on a new connection, and never reads a response. */
async function attack(bytes: string): Promise<Socket> {
  const connection = await openConnection(server.url);
  connections.push(connection);
  connection.pause();
  connection.write(bytes);
  return connection;
}

interface Delay {
  readonly ratio: number;
  readonly text: string;
}

/**
 * Compares the calls of another user during an attack with those before and after it: a machine that is busy only at one
 * of these times does not count as quiet.
 */
async function delayDuring(startAttack: () => Promise<() => Promise<unknown>>): Promise<Delay> {
  const before = await meanCall();
  const stop = await startAttack();
  const during = await meanCall();
  await stop();
  const quiet = Math.max(before, await meanCall());
  const ratio = during / quiet;
  return {
    ratio,
    text: `a call takes ${quiet.toFixed(1)} ms, during the attack ${during.toFixed(1)} ms (${ratio.toFixed(1)} ×); ${memoryMb().toFixed(0)} MB`,
  };
}

/** Returns the mean duration of thirty calls of another user, in milliseconds. */
async function meanCall(): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < 30; n += 1) {
    expect(await call(server.url, '/api/v1/stats/chat', { token: user })).toMatchObject({
      status: 200,
    });
  }
  return (performance.now() - start) / 30;
}

const memoryMb = () =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;
const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length;

const postInChunks =
  'POST /api/v1/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nTransfer-Encoding: chunked\r\n\r\n';
const post = JSON.stringify({ message: content });
const wholeSession = `POST /api/v1/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(post)}\r\n\r\n${post}`;

test.skipIf(!existsSync('/proc/self/fd')).each([
  ['large pages', 2, () => get('/api/v1/chat/history?pageSize=100').repeat(150)],
  ['HEAD of large pages', 2, () => get('/api/v1/chat/history?pageSize=100', 'HEAD').repeat(150)],
  ['whole sessions', 8, () => wholeSession.replace('TOKEN', attacker)],
  ['metrics', 2, () => get('/metrics').repeat(1_500)],
])(
  '%s that a client requests and never reads do not delay other users',
  async (name, count, bytes) => {
    const descriptorsBefore = descriptors();
    const { ratio, text } = await delayDuring(async () => {
      for (let n = 0; n < count; n += 1) await attack(bytes());
      return async () => {
        for (const connection of connections.splice(0)) connection.destroy();
        await expect.poll(descriptors).toBeLessThanOrEqual(descriptorsBefore);
      };
    });
    console.log(`${name}: ${text}`);
    expect(ratio).toBeLessThan(maxRatio);
    expect(memoryMb()).toBeLessThan(maxMemoryMb);
  },
);

test.each([
  ['small requests', () => 'GET / HTTP/1.1\r\nHost:\r\n\r\n'.repeat(2_500)],
  ['statistics', () => get('/api/v1/stats/chat').repeat(250)],
  ['invalid tokens', () => get('/api/v1/stats/chat').replace('Bearer ', 'Bearer x').repeat(250)],
  ['chunks of one byte', () => postInChunks + '1\r\na\r\n'.repeat(100_000)],
])(
  '%s, sent at once on each of a hundred connections, do not delay other users',
  async (name, bytes) => {
    const { ratio, text } = await delayDuring(async () => {
      const attacker = new Worker(new URL('pipeline-attacker.mjs', import.meta.url), {
        workerData: { port: server.port, connections: 100, bytes: bytes() },
      });
      onTestFinished(async () => {
        await attacker.terminate();
      });
      await once(attacker, 'message');
      return () => attacker.terminate();
    });
    console.log(`${name}: ${text}`);
    expect(ratio).toBeLessThan(maxRatio);
    expect(memoryMb()).toBeLessThan(maxMemoryMb);
  },
  120_000,
);

test.skipIf(!existsSync('/proc/self/fd'))(
  'upgrades sent in the same packet as a request leave no open connection',
  async () => {
    const before = descriptors();
    const upgrade =
      'GET /ws/chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    for (let n = 0; n < 300; n += 1) await attack(get('/healthz') + upgrade);
    for (const connection of connections.splice(0)) connection.destroy();
    await expect.poll(descriptors).toBeLessThanOrEqual(before);
    await meanCall();
  },
);
