import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../scripts/program.mjs';
import { call, listen, logIn, send } from './cluster/caller.js';
import { openLine } from './support/raw-http.js';

let folder: string;
let server: Program;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-hostile-'));
  server = new Program({
    data: join(folder, 'chat.db'),
    users: ['ada:s3cret', 'eve:s3cret'],
    environment: { CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes' },
    patienceMs: 60_000,
  });
  await server.start();
});
afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

const logLines = () =>
  server.log.split('\n').filter((line) => line !== '' && !line.startsWith('Chat server'));

test('a flood of logins from one address spends its own allowance, and others log in', async () => {
  const body = { username: 'ada', password: 'guessed' };
  const flood = Array.from({ length: 200 }, () =>
    call(server.url, '/api/v1/login', { body, from: '127.66.66.66' }),
  );
  await logIn(server.url, 'ada');
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(195);
});

test('the 61st message is refused however many are sent at once', async () => {
  const token = await logIn(server.url, 'ada');
  const sent = Array.from({ length: 70 }, (_, n) => send(server.url, token, `Message ${n}`));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(60);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
});

describe('the ids of another user', () => {
  test('are as unknown as ids that nobody has', async () => {
    const { url } = server;
    const ada = await logIn(url, 'ada');
    const eve = await logIn(url, 'eve');
    const { body: own } = await call(url, '/api/v1/chat/history', { token: ada });
    const [{ id: messageId, sessionId }] = own.messages;
    const unknown = messageId.replace(/.$/, messageId.endsWith('0') ? '1' : '0');

    const rate = (id: string) =>
      call(url, '/api/v1/chat/feedback', { token: eve, body: { messageId: id, satisfied: true } });
    const [hers, nobodys] = await Promise.all([rate(messageId), rate(unknown)]);
    expect(hers.status).toBe(404);
    expect({ ...hers, headers: {} }).toEqual({ ...nobodys, headers: {} });

    const path = `/api/v1/chat/history?sessionId=${sessionId}`;
    expect((await call(url, path, { token: eve })).status).toBe(404);

    const socket = await listen(url, eve);
    const answered = new Promise<{ data: { event: string } }>((resolve) => {
      socket.socket.on('message', (data) => resolve(JSON.parse(String(data))));
    });
    socket.socket.send(JSON.stringify({ type: 'read', id: messageId }));
    expect((await answered).data.event).toBe('error');
    await socket.close();
  });
});

describe('line ends where none belong', () => {
  test('in a name, a path or an id make no line in the log', async () => {
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

  test('in a request’s id never come back as a header', async () => {
    for (const id of ['a\rSet-Cookie: x=1', 'a b', 'x'.repeat(200), 'ä']) {
      const line = await openLine(server.url);
      let answer = '';
      line.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      const closed = new Promise((resolve) => line.on('close', resolve));
      line.on('error', () => {});
      line.write(
        `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: ${id}\r\n\r\n`,
      );
      await closed;
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400)/);
      expect(answer).not.toMatch(/set-cookie/i);
      expect(answer).not.toContain(id);
    }
  });
});
