import { once } from 'node:events';
import websocket from '@fastify/websocket';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createChatServer } from '../create-chat-server.js';
import { chatPlugin } from './chat-plugin.js';

const options = { passwords: cheapHasher, users: [{ username: 'ada', password: 's3cret' }] };
const credentials = { username: 'ada', password: 's3cret' };

let host: FastifyInstance;

afterEach(() => host.close());

async function logIn(prefix = ''): Promise<string> {
  const answer = await host.inject({
    method: 'POST',
    url: `${prefix}/api/v1/login`,
    payload: credentials,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json().access_token;
}

async function greeting(url: string): Promise<{ event: string }> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  const [frame] = await once(socket, 'message');
  socket.close();
  return JSON.parse(String(frame)).data;
}

test('works below a prefix, WebSocket and operations included', async () => {
  host = fastify();
  await host.register(chatPlugin, { ...options, prefix: '/support' });
  const token = await logIn('/support');
  const answer = await host.inject({
    method: 'POST',
    url: '/support/api/v1/chat',
    headers: { authorization: `Bearer ${token}` },
    payload: { message: 'Hi' },
  });
  expect(answer.json().response).toBe('Hi');
  expect((await host.inject('/support/readyz')).statusCode).toBe(200);
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  expect((await greeting(`${url}/support/ws/chat?token=${token}`)).event).toBe('connected');
});

test('leaves the parsers, errors, headers and missing pages of its host alone', async () => {
  host = fastify();
  host.setErrorHandler((_error, _request, reply) => reply.code(418).send('host'));
  host.setNotFoundHandler((_request, reply) => reply.code(404).send('host has no such page'));
  host.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) =>
    done(null, `csv ${body}`),
  );
  host.post('/csv', async ({ body }) => body);
  host.post('/json', async ({ body }) => body);
  host.get('/fail', async () => {
    throw new Error('host fails');
  });
  await host.register(chatPlugin, options);

  const csv = { 'content-type': 'text/csv' };
  const json = { 'content-type': 'application/json' };
  const post = (url: string, headers: typeof csv | typeof json, payload: string) =>
    host.inject({ method: 'POST', url, headers, payload });
  expect((await post('/csv', csv, 'a,b')).body).toBe('csv a,b');
  expect((await post('/json', json, '{"broken')).statusCode).toBe(418);
  const failed = await host.inject('/fail');
  expect([failed.statusCode, failed.body]).toEqual([418, 'host']);
  expect(failed.headers).not.toHaveProperty('chat-extensions');
  expect(failed.headers).not.toHaveProperty('content-security-policy');
  expect((await host.inject('/nope')).body).toBe('host has no such page');
  expect((await host.inject({ method: 'OPTIONS', url: '/nope' })).body).toBe(
    'host has no such page',
  );

  // And the host's are not ours.
  expect((await post('/api/v1/login', csv, 'a,b')).statusCode).toBe(415);
  expect((await post('/api/v1/login', json, '{"broken')).json()).toEqual({
    detail: 'The body is not valid JSON.',
  });
  expect((await host.inject('/api/v1/nope')).json()).toEqual({ detail: expect.any(String) });
});

test('lives beside paths of operations that the host has itself', async () => {
  host = fastify();
  host.get('/healthz', async () => 'host is well');
  await host.register(chatPlugin, { ...options, operations: false, metrics: false });
  expect((await host.inject('/healthz')).body).toBe('host is well');
  await logIn();
});

test.each(['before', 'not'])(
  'shares upgrades when the host registered WebSockets %s it',
  async (when) => {
    host = fastify();
    if (when === 'before') {
      await host.register(websocket);
      host.get('/own', { websocket: true }, (socket) => socket.send('{"data":{"event":"own"}}'));
    }
    await host.register(chatPlugin, options);
    const token = await logIn();
    const url = await host.listen({ port: 0, host: '127.0.0.1' });
    expect((await greeting(`${url}/ws/chat?token=${token}`)).event).toBe('connected');
    if (when === 'before') expect((await greeting(`${url}/own`)).event).toBe('own');
  },
);

test('tells its sockets to come back when the host closes, whoever has the WebSockets', async () => {
  host = fastify();
  await host.register(websocket);
  await host.register(chatPlugin, { ...options, prefix: '/a' });
  await host.register(chatPlugin, { ...options, prefix: '/b' });
  const url = (await host.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws');
  const closings: Promise<unknown[]>[] = [];
  for (const prefix of ['/a', '/b']) {
    const socket = new WebSocket(`${url}${prefix}/ws/chat?token=${await logIn(prefix)}`);
    await once(socket, 'message');
    closings.push(once(socket, 'close'));
  }
  await host.close();
  for (const [code] of await Promise.all(closings)) expect(code).toBe(1012);
});

test('twice in one application, refuses an upgrade to a path that neither has', async () => {
  host = fastify();
  for (const prefix of ['/a', '/b']) await host.register(chatPlugin, { ...options, prefix });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  for (const prefix of ['/a', '/b']) {
    const token = await logIn(prefix);
    expect((await greeting(`${url}${prefix}/ws/chat?token=${token}`)).event).toBe('connected');
  }
  const nowhere = new WebSocket(`${url.replace('http', 'ws')}/c/ws/chat`);
  const [, answer] = await once(nowhere, 'unexpected-response');
  expect(answer.statusCode).toBe(404);
});

test('beside the chat of a server of ours has a WebSocket of its own', async () => {
  host = await createChatServer(options);
  await host.register(chatPlugin, { ...options, prefix: '/two' });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  for (const prefix of ['', '/two']) {
    const token = await logIn(prefix);
    expect((await greeting(`${url}${prefix}/ws/chat?token=${token}`)).event).toBe('connected');
  }
});

test('answers while it stops when the host leaves that to it', async () => {
  host = fastify({ return503OnClosing: false });
  let answer = (_text: string): void => {};
  const assistant = {
    reply: () => {
      const reply = new Promise<string>((resolve) => {
        answer = resolve;
      });
      asked();
      return reply;
    },
  };
  let asked = (): void => {};
  const begun = new Promise<void>((resolve) => {
    asked = resolve;
  });
  await host.register(chatPlugin, { ...options, assistant });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  const headers = {
    authorization: `Bearer ${await logIn()}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ message: 'Hi' });
  const sent = fetch(`${url}/api/v1/chat`, { method: 'POST', headers, body });
  await begun;
  const stopped = host.close();
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
  const refused = await fetch(`${url}/api/v1/stats/chat`, { headers });
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { detail: expect.stringMatching(/stopping/) },
  ]);
  answer('Hello');
  expect((await sent).status).toBe(200);
  await stopped;
});

test('keeps the stored password of a user who exists', async () => {
  host = fastify();
  const { createMemoryStore } = await import('../store/memory-store.js');
  const store = createMemoryStore();
  await host.register(chatPlugin, { ...options, store, prefix: '/a' });
  const again = { ...options, store, users: [{ username: 'ada', password: 'other' }] };
  await host.register(chatPlugin, { ...again, prefix: '/b' });
  await logIn('/b');
});
