import { expect, it } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, call, login, send } = mockInNode();

it('remembers every call: whose it was, what it said, how it ended', async () => {
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

it('shows a call that is under way, and a body that is no JSON as its text', async () => {
  let answer = (_text: string): void => {};
  const asked = new Promise<void>((resolve) => {
    mock.reply(() => {
      resolve();
      return new Promise((said) => {
        answer = said;
      });
    });
  });
  const token = await login();
  const sent = send(token, 'Wait for it');
  await asked;
  expect(mock.requests.at(-1)).not.toHaveProperty('status');
  answer('It came.');
  await sent;
  expect(mock.requests.at(-1)).toMatchObject({ status: 200 });

  const headers = { 'content-type': 'application/json' };
  await fetch('https://chat.example.com/api/v1/chat', { method: 'POST', headers, body: '{"half' });
  expect(mock.requests.at(-1)).toMatchObject({ body: '{"half', status: 401 });
});

it('answers a HEAD as its GET, without the body', async () => {
  const answer = await call('history', { token: await login(), method: 'HEAD' });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('');
});

it('gives lists of its own, which a test may keep', async () => {
  await login();
  const { requests } = mock;
  mock.reset();
  expect(requests).toHaveLength(1);
  expect(mock.requests).toEqual([]);
});

it('shows messages as the contract does, with what became of them', async () => {
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

it('answers a path that does not exist with 404 and remembers it', async () => {
  for (const path of ['/api/v1/nope', '/api/v1', '/api/v1/', '/api/v1/chat/']) {
    const answer = await fetch(`https://chat.example.com${path}`);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(await answer.json()).toEqual({ detail: 'There is nothing at this path for GET.' });
  }
  expect(mock.requests).toHaveLength(4);
  expect(mock.requests[0]).not.toHaveProperty('route');
});

it('finds a path as the server does, in any spelling', async () => {
  const token = await login();
  const statusOf = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`https://chat.example.com/api/v1${path}`, { headers })).status;
  };
  expect(await statusOf('/stats/%63hat')).toBe(200);
  expect(await statusOf('/%zz')).toBe(400);
  expect(await statusOf('/stats%2Fchat')).toBe(404);
});

it('announces on every answer what it can and by which id the call is known', async () => {
  const token = await login();
  const given = { token, headers: { 'x-request-id': 'mine-1' } };
  for (const answer of [await call('history', given), await call('history')]) {
    expect(answer.headers.get('chat-extensions')).toBe(
      'identity, idempotency, minimal, history-filters, sessions, feedback, reply-to',
    );
  }
  expect((await call('history', given)).headers.get('x-request-id')).toBe('mine-1');
  expect((await call('history', { token })).headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});
