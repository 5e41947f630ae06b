import { expect, it } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, call, login, send } = mockInNode();

it('records every request with its user, body and status', async () => {
  const token = await login('bob', 'hunter2');
  await send(token, 'Hello', { 'x-trace': 'a' });
  await call('history', { token });
  expect(mock.requests).toMatchObject([
    { route: 'login', method: 'POST', status: 200, body: { username: 'bob' } },
    { route: 'sendMessage', username: 'bob', body: { message: 'Hello' }, status: 200 },
    { route: 'history', method: 'GET', username: 'bob', body: undefined, status: 200 },
  ]);
  expect(mock.requests[0]).not.toHaveProperty('username');
  expect(mock.requests[1]?.headers.get('x-trace')).toBe('a');
  expect(mock.requests[2]?.url).toBe('https://chat.example.com/api/v1/chat/history');
});

it('records a request in progress, and a body that is not JSON as text', async () => {
  let finishReply = (_text: string): void => {};
  const replyStarted = new Promise<void>((resolve) => {
    mock.reply(() => {
      resolve();
      return new Promise((resolveReply) => {
        finishReply = resolveReply;
      });
    });
  });
  const token = await login();
  const sent = send(token, 'Wait for it');
  await replyStarted;
  expect(mock.requests.at(-1)).not.toHaveProperty('status');
  finishReply('It came.');
  await sent;
  expect(mock.requests.at(-1)).toMatchObject({ status: 200 });

  const headers = { 'content-type': 'application/json' };
  await fetch('https://chat.example.com/api/v1/chat', { method: 'POST', headers, body: '{"half' });
  expect(mock.requests.at(-1)).toMatchObject({ body: '{"half', status: 401 });
});

it('responds to HEAD like GET, without the body', async () => {
  const response = await call('history', { token: await login(), method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

it('returns lists that later changes do not affect', async () => {
  await login();
  const { requests } = mock;
  mock.reset();
  expect(requests).toHaveLength(1);
  expect(mock.requests).toEqual([]);
});

it('returns messages in the format of the contract, with their status', async () => {
  const token = await login();
  await send(token, 'Hello');
  expect(mock.messages('ada')).toEqual([
    {
      id: expect.any(String),
      role: 'user',
      content: 'Hello',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      sessionId: expect.any(String),
      status: 'delivered',
    },
    expect.objectContaining({ role: 'assistant', status: 'delivered' }),
  ]);
});

it('responds with 404 to an unknown path and records the request', async () => {
  for (const path of ['/api/v1/nope', '/api/v1', '/api/v1/', '/api/v1/chat/']) {
    const response = await fetch(`https://chat.example.com${path}`);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.json()).toEqual({ detail: 'There is no route for GET at this path.' });
  }
  expect(mock.requests).toHaveLength(4);
  expect(mock.requests[0]).not.toHaveProperty('route');
});

it('decodes paths like the server', async () => {
  const token = await login();
  const statusOf = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`https://chat.example.com/api/v1${path}`, { headers })).status;
  };
  expect(await statusOf('/stats/%63hat')).toBe(200);
  expect(await statusOf('/%zz')).toBe(400);
  expect(await statusOf('/stats%2Fchat')).toBe(404);
});

it('sends the extensions and the request id with every response', async () => {
  const token = await login();
  const init = { token, headers: { 'x-request-id': 'mine-1' } };
  for (const response of [await call('history', init), await call('history')]) {
    expect(response.headers.get('chat-extensions')).toBe(
      'identity, idempotency, minimal, history-filters, reply-to, truncated, stream, stop, regenerate, new-session, sessions, feedback',
    );
  }
  expect((await call('history', init)).headers.get('x-request-id')).toBe('mine-1');
  expect((await call('history', { token })).headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});
