import { once } from 'node:events';
import { fastify } from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { scriptedAssistant } from '../assistant/scripted-assistant.js';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createChatServer } from '../create-chat-server.js';
import { createMemoryStore } from '../store/memory-store.js';
import { chatPlugin } from './chat-plugin.js';

const password = 'correct-horse';
const secretText = 'my-private-words';
const users = [{ username: 'ada', password }];

/** A logger that writes all it is given, down to the last detail. */
function record() {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  return { lines, logger };
}

/** Everything a caller can do, right and wrong, with secrets wherever they can be. */
async function traffic(url: string): Promise<string[]> {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  const login = await post('/login', JSON.stringify({ username: 'ada', password }));
  const { access_token: token } = (await login.json()) as { access_token: string };
  const bearer = { Authorization: `Bearer ${token}` };
  await post('/login', `{"username":"ada","password":"${password}" broken`);
  await post('/login', JSON.stringify({ username: 'ada', password: `${password}!` }));
  await post('/chat', JSON.stringify({ message: secretText }), bearer);
  await post('/chat', `{"message":"${secretText}`, bearer);
  await post('/chat', JSON.stringify({ message: secretText }), bearer);
  await fetch(`${url}/api/v1/chat/history?token=${token}`, { headers: bearer });
  await fetch(`${url}/nope?token=${token}`);
  await fetch(`${url}/ws/chat?token=${token}`);
  await fetch(`${url}/%zz?token=${token}`);
  for (const path of ['/ws/chat', '/ws/nope']) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}?token=${token}`);
    socket.on('error', () => {});
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'message', content: secretText }));
      socket.send(`{"type":"message","content":"${secretText}`);
      socket.send(Buffer.from(secretText));
      socket.send(secretText.repeat(10_000));
    });
    await new Promise((resolve) => socket.once('close', resolve));
  }
  return [token, token.split('.')[2] ?? token, password, secretText];
}

const failing = () => scriptedAssistant(['Hello', new Error('the assistant broke')]);

test('tokens, passwords and messages never stand in the logs of the server', async () => {
  const { lines, logger } = record();
  const app = await createChatServer({
    users,
    logger,
    passwords: cheapHasher,
    assistant: failing(),
  });
  const secrets = await traffic(await app.listen({ port: 0, host: '127.0.0.1' }));
  await app.close();
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(10);
  expect(text).toContain('"path":"/ws/chat"');
  expect(text).toContain('/api/v1/chat/history');
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('nor in those of an application around it, for what is ours', async () => {
  const { lines, logger } = record();
  const host = fastify({ loggerInstance: logger });
  await host.register(chatPlugin, { users, passwords: cheapHasher, assistant: failing() });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  const login = await fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(users[0]),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(`${url}/api/v1/chat/history?token=${token}`, { headers });
  await fetch(`${url}/api/v1/nope?token=${token}`, { headers });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
  await host.close();
  const text = lines.join('');
  expect(text).toContain('incoming request');
  expect(text).toContain('"path":"/ws/chat"');
  for (const secret of [token, password]) expect(text).not.toContain(secret);
});

test('a request is found again by the id that its caller got', async () => {
  const { lines, logger } = record();
  const app = await createChatServer({ logger });
  const answer = await app.inject({ url: '/nope', headers: { 'x-request-id': 'mine-1' } });
  const insane = await app.inject({ url: '/nope', headers: { 'x-request-id': 'a b' } });
  await app.close();
  expect(answer.headers['x-request-id']).toBe('mine-1');
  expect(insane.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
  const answered = lines.map((line) => JSON.parse(line)).filter(({ path }) => path === '/nope');
  expect(answered.map(({ reqId }) => reqId)).toEqual(['mine-1', insane.headers['x-request-id']]);
});

test('a failure of ours is logged whole and told as nothing', async () => {
  const { lines, logger } = record();
  const store = createMemoryStore();
  const app = await createChatServer({ users, logger, store, passwords: cheapHasher });
  store.userByName = () => Promise.reject(new Error('SELECT * FROM users failed'));
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: { username: 'ada', password },
  });
  await app.close();
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('SELECT');
  expect(lines.join('')).toContain('SELECT * FROM users failed');
  expect(lines.join('')).not.toContain(password);
});

test('what is logged follows the level that is set while the server runs', async () => {
  const { lines, logger } = record();
  const app = await createChatServer({ logger });
  const linesAt = async (level: string) => {
    app.log.level = level;
    const before = lines.length;
    await app.inject('/nope');
    return lines.length - before;
  };
  expect(await linesAt('error')).toBe(0);
  expect(await linesAt('info')).toBe(1);
  expect(await linesAt('error')).toBe(0);
  await app.close();
});
