import { once } from 'node:events';
import { whenClosed } from '@chat/test-support';
import websocket from '@fastify/websocket';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createChatServer } from '../../create-chat-server.js';
import { chatPlugin } from './chat-plugin.js';

const options = { passwords: cheapHasher, users: [{ username: 'ada', password: 's3cret' }] };
const credentials = { username: 'ada', password: 's3cret' };

let host: FastifyInstance;

afterEach(() => host.close());

async function logIn(prefix = ''): Promise<string> {
  const response = await host.inject({
    method: 'POST',
    url: `${prefix}/api/v1/login`,
    payload: credentials,
  });
  expect(response.statusCode).toBe(200);
  return response.json().access_token;
}

async function greeting(url: string): Promise<{ event: string }> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  const [frame] = await once(socket, 'message');
  socket.close();
  return JSON.parse(String(frame)).data;
}

test('works under a prefix, including its WebSocket and health routes', async () => {
  host = fastify();
  await host.register(chatPlugin, { ...options, prefix: '/support' });
  const token = await logIn('/support');
  const response = await host.inject({
    method: 'POST',
    url: '/support/api/v1/chat',
    headers: { authorization: `Bearer ${token}` },
    payload: { message: 'Hi' },
  });
  expect(response.json().response).toBe('Hi');
  expect((await host.inject('/support/readyz')).statusCode).toBe(200);
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  expect((await greeting(`${url}/support/ws/chat?token=${token}`)).event).toBe('connected');
});

test('does not change the parsers, error handlers, headers and 404 responses of its host', async () => {
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

  // The plugin does not use those of the host either.
  expect((await post('/api/v1/login', csv, 'a,b')).statusCode).toBe(415);
  expect((await post('/api/v1/login', json, '{"broken')).json()).toEqual({
    detail: 'The body is not valid JSON.',
  });
  expect((await host.inject('/api/v1/nope')).json()).toEqual({ detail: expect.any(String) });
});

test('works with a host that has its own health routes', async () => {
  host = fastify();
  host.get('/healthz', async () => 'host is well');
  await host.register(chatPlugin, { ...options, healthRoutes: false, metrics: false });
  expect((await host.inject('/healthz')).body).toBe('host is well');
  await logIn();
});

test.each([true, false])(
  'accepts upgrades when the host registered @fastify/websocket first: %s',
  async (hostRegisteredFirst) => {
    host = fastify();
    if (hostRegisteredFirst) {
      await host.register(websocket);
      host.get('/own', { websocket: true }, (socket) => socket.send('{"data":{"event":"own"}}'));
    }
    await host.register(chatPlugin, options);
    const token = await logIn();
    const url = await host.listen({ port: 0, host: '127.0.0.1' });
    expect((await greeting(`${url}/ws/chat?token=${token}`)).event).toBe('connected');
    if (hostRegisteredFirst) expect((await greeting(`${url}/own`)).event).toBe('own');
  },
);

test('closes its sockets with 1012 when the host that registered @fastify/websocket closes', async () => {
  host = fastify();
  await host.register(websocket);
  await host.register(chatPlugin, { ...options, prefix: '/a' });
  await host.register(chatPlugin, { ...options, prefix: '/b' });
  const url = (await host.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws');
  const closings: Promise<unknown[]>[] = [];
  for (const prefix of ['/a', '/b']) {
    const socket = new WebSocket(`${url}${prefix}/ws/chat?token=${await logIn(prefix)}`);
    await once(socket, 'message');
    closings.push(whenClosed(socket));
  }
  await host.close();
  for (const [code] of await Promise.all(closings)) expect(code).toBe(1012);
});

test('two plugins in one application reject an upgrade to an unknown path with 404', async () => {
  host = fastify();
  for (const prefix of ['/a', '/b']) await host.register(chatPlugin, { ...options, prefix });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  for (const prefix of ['/a', '/b']) {
    const token = await logIn(prefix);
    expect((await greeting(`${url}${prefix}/ws/chat?token=${token}`)).event).toBe('connected');
  }
  const unknownPath = new WebSocket(`${url.replace('http', 'ws')}/c/ws/chat`);
  const [, response] = await once(unknownPath, 'unexpected-response');
  expect(response.statusCode).toBe(404);
});

test('has a separate WebSocket when it is registered on a chat server', async () => {
  host = await createChatServer(options);
  await host.register(chatPlugin, { ...options, prefix: '/two' });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  for (const prefix of ['', '/two']) {
    const token = await logIn(prefix);
    expect((await greeting(`${url}${prefix}/ws/chat?token=${token}`)).event).toBe('connected');
  }
});

test('responds with 503 while it stops when the host sets return503OnClosing to false', async () => {
  host = fastify({ return503OnClosing: false });
  let finishReply = (_text: string): void => {};
  const assistant = {
    reply: () => {
      const reply = new Promise<string>((resolve) => {
        finishReply = resolve;
      });
      onReplyStarted();
      return reply;
    },
  };
  let onReplyStarted = (): void => {};
  const replyStarted = new Promise<void>((resolve) => {
    onReplyStarted = resolve;
  });
  await host.register(chatPlugin, { ...options, assistant });
  const url = await host.listen({ port: 0, host: '127.0.0.1' });
  const headers = {
    authorization: `Bearer ${await logIn()}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ message: 'Hi' });
  const sent = fetch(`${url}/api/v1/chat`, { method: 'POST', headers, body });
  await replyStarted;
  const stopped = host.close();
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
  const rejected = await fetch(`${url}/api/v1/stats/chat`, { headers });
  expect([rejected.status, await rejected.json()]).toEqual([
    503,
    { detail: expect.stringMatching(/stopping/) },
  ]);
  finishReply('Hello');
  expect((await sent).status).toBe(200);
  await stopped;
});

test('does not change the stored password of an existing user', async () => {
  host = fastify();
  const { createMemoryStore } = await import('../../stores/memory/memory-store.js');
  const store = createMemoryStore();
  await host.register(chatPlugin, { ...options, store, prefix: '/a' });
  const otherPassword = { ...options, store, users: [{ username: 'ada', password: 'other' }] };
  await host.register(chatPlugin, { ...otherPassword, prefix: '/b' });
  await logIn('/b');
});
