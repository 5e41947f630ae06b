import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  MockServer,
  type MockServerOptions,
} from '../../packages/server/src/mock/process/mock-server.js';

const users = [
  { username: 'ada', password: 's3cret' },
  { username: 'bob', password: 'hunter2' },
];
const servers: MockServer[] = [];

async function startMock(options: Partial<MockServerOptions> = {}): Promise<string> {
  const server = new MockServer({
    users,
    allowedOrigins: [],
    control: true,
    controlRemote: false,
    ...options,
  });
  servers.push(server);
  return server.listen({ host: '127.0.0.1', port: 0 });
}

let url: string;
beforeAll(async () => {
  url = await startMock();
});
beforeEach(() => post('/__mock/reset'));
afterAll(() => Promise.all(servers.map((server) => server.close())));

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(path.startsWith('http') ? path : url + path, init);
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the call.
  return { status: response.status, body: (await response.json()) as any };
}

function post(path: string, body: object = {}, headers: Record<string, string> = {}) {
  return call(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function logIn(base = url, headers: Record<string, string> = {}): Promise<string> {
  const { body } = await post(`${base}/api/v1/login`, users[0], headers);
  return body.access_token;
}

async function send(token: string, message: string, base = url) {
  return post(`${base}/api/v1/chat`, { message }, { authorization: `Bearer ${token}` });
}

describe('control calls', () => {
  it('set replies', async () => {
    const token = await logIn();
    await post('/__mock/reply', { template: 'You said {{message}}' });
    expect((await send(token, 'Hello')).body.response).toBe('You said Hello');
    await post('/__mock/reply', { rules: [{ contains: 'weather', content: 'Sunny.' }] });
    expect((await send(token, 'The weather?')).body.response).toBe('Sunny.');
  });

  it('set faults and rate limits', async () => {
    const token = await logIn();
    await post('/__mock/fail', { route: 'sendMessage', status: 500, times: 1 });
    await post('/__mock/rate-limit', { route: 'sendMessage', retryAfterSeconds: 2, times: 1 });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await send(token, 'Hello')).status);
    expect(statuses).toEqual([500, 429, 200]);
    await post('/__mock/fail', { route: 'sendMessage', network: true, times: 1 });
    await expect(send(token, 'Hello')).rejects.toThrow('fetch failed');
  });

  it('expire tokens and advance the clock', async () => {
    const token = await logIn();
    await post('/__mock/expire-tokens');
    expect((await send(token, 'Hello')).status).toBe(401);
    for (let i = 0; i < 4; i += 1) await logIn();
    expect(await logIn()).toBeUndefined();
    await post('/__mock/advance', { ms: 60_000 });
    expect(await logIn()).toEqual(expect.any(String));
  });

  it('list, close and drop sockets', async () => {
    const token = await logIn();
    const opened = await openSocket(token);
    const { body } = await call('/__mock/sockets?username=ada');
    expect(body.sockets).toEqual([{ id: expect.any(Number), username: 'ada' }]);
    await post('/__mock/close-socket', { id: body.sockets[0].id, code: 4429, reason: 'Enough.' });
    expect(await opened.closed).toEqual([4429, 'Enough.']);
    const second = await openSocket(token);
    await post('/__mock/close-sockets');
    expect(await second.closed).toEqual([1012, '']);
    const third = await openSocket(token);
    await post('/__mock/drop-sockets');
    expect(await third.closed).toEqual([1006, '']);
    expect((await call('/__mock/sockets?username=ada')).body.sockets).toEqual([]);
  });

  it('push messages, and list messages and requests', async () => {
    await post('/__mock/push', { username: 'ada', content: 'Are you there?' });
    const { body } = await call('/__mock/messages?username=ada');
    expect(body.messages).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
    const token = await logIn();
    await send(token, 'Yes');
    const { requests } = (await call('/__mock/requests')).body;
    expect(requests).toMatchObject([
      { route: 'login', method: 'POST', url: `${url}/api/v1/login`, status: 200 },
      {
        route: 'sendMessage',
        username: 'ada',
        body: { message: 'Yes' },
        headers: { authorization: `Bearer ${token}` },
        status: 200,
      },
    ]);
  });

  it.each([
    ['POST', '/advance', '{"ms":-1}', 400, 'Field "ms" is invalid: expected a number from 0 to'],
    ['POST', '/advance', '{}', 400, 'Field "ms" is invalid: expected a number from 0 to'],
    ['POST', '/advance', '[]', 400, 'Fields are invalid: expected an object with ms'],
    ['POST', '/advance', '{', 400, 'The body is not valid JSON.'],
    ['POST', '/fail', '{"route":"chat"}', 400, 'Field "route" is invalid: expected one of login,'],
    ['POST', '/fail', '{"route":"login"}', 400, 'expected "status", "network: true" or "delayMs"'],
    [
      'POST',
      '/fail',
      '{"route":"login","time":1}',
      400,
      'Field "time" is unknown: expected one of',
    ],
    ['POST', '/reply', '{"rules":[],"content":"a"}', 400, 'either "rules" or the fields of one'],
    ['POST', '/reply', '{"rules":[{"times":0}]}', 400, 'Field "rules.0.times" is invalid'],
    ['POST', '/push', '{"username":"eve","content":"a"}', 404, 'This mock has no user "eve".'],
    ['POST', '/push', '{"username":"ada","content":""}', 400, 'A message'],
    ['POST', '/close-socket', '{"id":99}', 404, 'This mock has no open socket 99.'],
    ['POST', '/close-sockets', '{"code":1006}', 400, 'a code that a close frame can carry'],
    ['GET', '/messages', undefined, 400, 'Field "username" is invalid: expected a string'],
    ['GET', '/messages?username=eve', undefined, 404, 'This mock has no user "eve".'],
    ['GET', '/reset', undefined, 405, 'This control call needs the method POST.'],
    ['POST', '/resett', '{}', 404, 'There is no such control call: expected one of /reply, /fail,'],
    ['GET', '/resett', undefined, 404, '/sockets, /reset, /namespaces, /namespaces/{name}.'],
    ['POST', '/namespaces', '{"name":"a/b"}', 400, 'must be 1 to 64 letters, digits'],
    ['POST', '/namespaces', '{"users":[{}]}', 400, 'Field "users.0.username" is invalid'],
    ['POST', '/namespaces', '{"limits":{"logins":1}}', 400, '"limits.logins" is unknown'],
    ['DELETE', '/namespaces/none', undefined, 404, 'This mock has no namespace "none".'],
  ])('reject %s %s %s with %i', async (method, path, body, status, detail) => {
    const result = await call(`/__mock${path}`, { method, ...(body !== undefined && { body }) });
    expect(result).toEqual({ status, body: { detail: expect.stringContaining(detail) } });
  });

  it('reject to advance a mock in real time', async () => {
    const realTime = await startMock({ realTime: true });
    const { status, body } = await post(`${realTime}/__mock/advance`, { ms: 1 });
    expect([status, body.detail]).toEqual([409, expect.stringContaining('runs in real time')]);
  });
});

describe('access to control calls', () => {
  it('needs --control', async () => {
    const without = await startMock({ control: false });
    const { status, body } = await post(`${without}/__mock/reset`);
    expect([status, body.detail]).toEqual([404, expect.stringContaining('--control')]);
  });

  it.each([
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['a name that a site lets point to this machine', { host: 'evil.example' }, 403],
    ['a page of this machine', { origin: 'http://localhost:5173' }, 200],
    ['a program of this machine', {}, 200],
  ])('from %s', async (_caller, headers, status) => {
    expect(await rawStatus(`${url}/__mock/requests`, headers)).toBe(status);
  });

  it('accepts other hosts only with --control-remote', async () => {
    const remote = await startMock({ controlRemote: true });
    const host = { host: 'mock.internal:4000' };
    expect(await rawStatus(`${remote}/__mock/requests`, host)).toBe(200);
    const page = { ...host, origin: 'http://mock.internal:4000' };
    expect(await rawStatus(`${remote}/__mock/requests`, page)).toBe(200);
    const otherSite = { ...host, origin: 'https://evil.example' };
    expect(await rawStatus(`${remote}/__mock/requests`, otherSite)).toBe(403);
  });

  it('lets pages of this machine read the response', async () => {
    const response = await fetch(`${url}/__mock/reset`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  });
});

describe('the chat API of the mock', () => {
  it('lets pages of this machine and of configured origins call', async () => {
    const configured = await startMock({ allowedOrigins: ['https://app.example.com'] });
    const origins = ['http://localhost:5173', 'https://app.example.com', 'https://evil.example'];
    const allowed = [];
    for (const origin of origins) {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const response = await fetch(`${configured}/api/v1/login`, { method: 'OPTIONS', headers });
      allowed.push(response.headers.get('access-control-allow-origin'));
    }
    expect(allowed).toEqual(['http://localhost:5173', 'https://app.example.com', null]);
  });

  it('closes a socket of a page of another site with 4403', async () => {
    const target = `${url.replace('http', 'ws')}/ws/chat?token=${await logIn()}`;
    const socket = new WebSocket(target, { origin: 'https://evil.example' });
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(4403);
  });

  it('rejects a body that is too large', async () => {
    const token = await logIn();
    expect((await send(token, 'x'.repeat(1_000_000))).status).toBe(413);
  });

  it('responds to unknown paths and upgrades of other paths with 404', async () => {
    expect((await call('/nothing')).status).toBe(404);
    expect((await call('/api/v1/nothing')).status).toBe(404);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/other`);
    const status = new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(await status).toBe(404);
    socket.on('error', () => {});
    socket.terminate();
  });
});

describe('namespaces', () => {
  it('are isolated, by their path and by the header', async () => {
    const created = await post('/__mock/namespaces', {
      name: 'one',
      limits: { loginsPerWindow: 2 },
    });
    expect(created).toEqual({ status: 200, body: { name: 'one', url: `${url}/ns/one` } });
    const base = `${url}/ns/one`;
    const header = { 'x-mock-namespace': 'one' };
    await post(`${base}/__mock/reply`, { content: 'From one.' });
    const token = await logIn(url, header);
    expect((await send(token, 'Hello', base)).body.response).toBe('From one.');
    expect((await send(token, 'Hello')).status).toBe(401);
    expect((await send(await logIn(), 'Hello')).body.response).toBe('Hello');
    expect(await logIn(base)).toEqual(expect.any(String));
    expect(await logIn(base)).toBeUndefined();
    const socket = await openSocket(token, base);
    expect((await post('/__mock/namespaces', { name: 'one' })).status).toBe(409);
    const removed = await call('/__mock/namespaces/one', { method: 'DELETE' });
    expect(removed).toEqual({ status: 200, body: {} });
    expect(await socket.closed).toEqual([1000, 'The mock was reset.']);
    expect((await call(`${base}/api/v1/chat/history`)).status).toBe(404);
    expect((await call('/__mock/namespaces')).body).toEqual({ namespaces: [] });
  });

  it('serve 200 parallel tests', async () => {
    const test = async (index: number) => {
      const { body } = await post('/__mock/namespaces', {});
      await post(`${body.url}/__mock/reply`, { content: `Reply ${index}` });
      const token = await logIn(body.url);
      const { response, messages } = (await send(token, `Question ${index}`, body.url)).body;
      expect(response).toBe(`Reply ${index}`);
      expect(messages).toHaveLength(2);
      return body.name as string;
    };
    const names = await Promise.all(Array.from({ length: 200 }, (_, index) => test(index)));
    expect(new Set(names).size).toBe(200);
    await Promise.all(
      names.map((name) => call(`/__mock/namespaces/${name}`, { method: 'DELETE' })),
    );
    expect((await call('/__mock/namespaces')).body).toEqual({ namespaces: [] });
  });
});

/** `fetch` does not set these headers. */
function rawStatus(target: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(target, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

/** Resolves when the socket has received the greeting. */
async function openSocket(token: string, base = url) {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/chat?token=${token}`);
  const closed = new Promise<[number, string]>((resolve) => {
    socket.once('close', (code, reason) => resolve([code, reason.toString()]));
  });
  await new Promise((resolve, reject) => {
    socket.once('message', resolve).once('error', reject);
  });
  return { closed };
}
