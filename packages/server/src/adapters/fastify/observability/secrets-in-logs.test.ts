import { once } from 'node:events';
import { whenClosed } from '@chat/test-support';
import { fastify } from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { scriptedAssistant } from '../../../assistants/scripted-assistant.js';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';
import { createMemoryStore } from '../../../stores/memory/memory-store.js';
import { chatPlugin } from '../chat-plugin.js';

const password = 'correct-horse';
const secretText = 'my-private-words';
const users = [{ username: 'ada', password }];

/** A logger that records every line, at the level with the most details. */
function createRecordingLogger() {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  return { lines, logger };
}

/** Sends valid and invalid requests and frames with secrets in every part that can contain one. Returns the secrets. */
async function sendSecrets(url: string): Promise<string[]> {
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

test('tokens, passwords and messages never appear in the logs of the server', async () => {
  const { lines, logger } = createRecordingLogger();
  const app = await createChatServer({
    users,
    logger,
    passwords: cheapHasher,
    assistant: failing(),
  });
  const secrets = await sendSecrets(await app.listen({ port: 0, host: '127.0.0.1' }));
  await app.close();
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(10);
  expect(text).toContain('"path":"/ws/chat"');
  expect(text).toContain('/api/v1/chat/history');
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('the plugin writes no tokens or passwords to the logs of its host', async () => {
  const { lines, logger } = createRecordingLogger();
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
  await whenClosed(socket);
  await host.close();
  const text = lines.join('');
  expect(text).toContain('incoming request');
  expect(text).toContain('"path":"/ws/chat"');
  for (const secret of [token, password]) expect(text).not.toContain(secret);
});

test('logs a request with the id that its caller received', async () => {
  const { lines, logger } = createRecordingLogger();
  const app = await createChatServer({ logger });
  const response = await app.inject({ url: '/nope', headers: { 'x-request-id': 'mine-1' } });
  const withInvalidId = await app.inject({ url: '/nope', headers: { 'x-request-id': 'a b' } });
  await app.close();
  expect(response.headers['x-request-id']).toBe('mine-1');
  expect(withInvalidId.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
  const logged = lines.map((line) => JSON.parse(line)).filter(({ path }) => path === '/nope');
  expect(logged.map(({ reqId }) => reqId)).toEqual([
    'mine-1',
    withInvalidId.headers['x-request-id'],
  ]);
});

test('an internal error is logged in full but not sent to the caller', async () => {
  const { lines, logger } = createRecordingLogger();
  const store = createMemoryStore();
  const app = await createChatServer({ users, logger, store, passwords: cheapHasher });
  store.userByName = () => Promise.reject(new Error('SELECT * FROM users failed'));
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: { username: 'ada', password },
  });
  await app.close();
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('SELECT');
  expect(lines.join('')).toContain('SELECT * FROM users failed');
  expect(lines.join('')).not.toContain(password);
});

test('applies a log level that is set while the server runs', async () => {
  const { lines, logger } = createRecordingLogger();
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
