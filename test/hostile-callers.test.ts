import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '@chat/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { call, listen, logIn, send } from './cluster/http-calls.js';
import { openConnection } from './support/raw-http.js';

let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-hostile-'));
  server = new ServerProcess({
    data: join(folder, 'chat.db'),
    users: ['ada:s3cret', 'eve:s3cret'],
    environment: { CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes' },
    timeoutMs: 60_000,
  });
  await server.start();
});
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true });
});

const logLines = () =>
  server.log.split('\n').filter((line) => line !== '' && !line.startsWith('Chat server'));

test('a flood of logins from one address uses only the rate limit of that address', async () => {
  const body = { username: 'ada', password: 'guessed' };
  const flood = Array.from({ length: 200 }, () =>
    call(server.url, '/api/v1/login', { body, from: '127.66.66.66' }),
  );
  await logIn(server.url, 'ada');
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(195);
});

test('the 61st message is rejected, also when all are sent at once', async () => {
  const token = await logIn(server.url, 'ada');
  const sent = Array.from({ length: 70 }, (_, n) => send(server.url, token, `Message ${n}`));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(60);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
});

describe('the ids of another user', () => {
  test('get the same response as ids that do not exist', async () => {
    const { url } = server;
    const ada = await logIn(url, 'ada');
    const eve = await logIn(url, 'eve');
    const { body: history } = await call(url, '/api/v1/chat/history', { token: ada });
    const [{ id: messageId, sessionId }] = history.messages;
    const unknown = messageId.replace(/.$/, messageId.endsWith('0') ? '1' : '0');

    const rate = (id: string) =>
      call(url, '/api/v1/chat/feedback', { token: eve, body: { messageId: id, satisfied: true } });
    const [ofAda, ofNobody] = await Promise.all([rate(messageId), rate(unknown)]);
    expect(ofAda.status).toBe(404);
    expect({ ...ofAda, headers: {} }).toEqual({ ...ofNobody, headers: {} });

    const path = `/api/v1/chat/history?sessionId=${sessionId}`;
    expect((await call(url, path, { token: eve })).status).toBe(404);

    const socket = await listen(url, eve);
    const received = new Promise<{ data: { event: string } }>((resolve) => {
      socket.socket.on('message', (data) => resolve(JSON.parse(String(data))));
    });
    socket.socket.send(JSON.stringify({ type: 'read', id: messageId }));
    expect((await received).data.event).toBe('error');
    await socket.close();
  });
});

describe('line breaks', () => {
  test('in a name or a path do not create a line in the log', async () => {
    const before = logLines().length;
    const forged = '\n{"level":60,"msg":"forged"}\n';
    await call(server.url, '/api/v1/login', {
      body: { username: `ada${forged}`, password: 'x' },
      from: '127.77.77.77',
    });
    await call(server.url, `/api/v1/${encodeURIComponent(forged)}`);
    await expect.poll(() => logLines().length).toBeGreaterThanOrEqual(before + 2);
    const parsed = logLines().map((line) => JSON.parse(line) as { msg: string });
    expect(parsed.filter(({ msg }) => msg === 'forged')).toEqual([]);
  });

  test('in a request id do not create a response header', async () => {
    for (const id of ['a\rSet-Cookie: x=1', 'a b', 'x'.repeat(200), 'ä']) {
      const connection = await openConnection(server.url);
      let response = '';
      connection.setEncoding('utf8').on('data', (text: string) => {
        response += text;
      });
      const closed = new Promise((resolve) => connection.on('close', resolve));
      connection.on('error', () => {});
      connection.write(
        `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: ${id}\r\n\r\n`,
      );
      await closed;
      expect(response).toMatch(/^HTTP\/1\.1 (200|400)/);
      expect(response).not.toMatch(/set-cookie/i);
      expect(response).not.toContain(id);
    }
  });
});
