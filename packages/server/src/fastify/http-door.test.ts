import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createChatServer } from '../create-chat-server.js';
import { createMemoryStore } from '../store/memory-store.js';
import type { ChatServerOptions } from './server-options.js';

const users = [{ username: 'ada', password: 's3cret' }];
const page = 'https://chat.example.com';

type App = Awaited<ReturnType<typeof createChatServer>>;
const opened: App[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

async function serve(options: ChatServerOptions = {}): Promise<App> {
  const app = await createChatServer({ users, passwords: cheapHasher, ...options });
  opened.push(app);
  return app;
}

const login = (app: App, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  app.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: users[0]!,
    headers,
    remoteAddress,
  });

test('pages of a configured origin may call, and read what the protocol puts into headers', async () => {
  const app = await serve({ corsOrigins: [page] });
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/v1/chat',
    headers: { origin: page, 'access-control-request-method': 'POST' },
  });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers['access-control-allow-origin']).toBe(page);
  const allowed = String(preflight.headers['access-control-allow-headers']).split(', ');
  expect(allowed).toEqual(
    expect.arrayContaining(['Authorization', 'Idempotency-Key', 'Prefer', 'traceparent']),
  );

  // An error has to be readable by the page too.
  const refused = await app.inject({ url: '/api/v1/chat/history', headers: { origin: page } });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['access-control-allow-origin']).toBe(page);
  const exposed = String(refused.headers['access-control-expose-headers']).split(', ');
  expect(exposed.sort()).toEqual([
    'Chat-Extensions',
    'Idempotency-Replayed',
    'Preference-Applied',
    'Retry-After',
    'X-Request-Id',
  ]);
});

test('pages of a configured origin may read that a path is not there, or not even a path', async () => {
  const app = await serve({ corsOrigins: [page], staticDir: import.meta.dirname });
  for (const [path, status] of [
    ['/nope', 404],
    ['/%zz', 400],
  ] as const) {
    const answer = await app.inject({ url: `/api/v1${path}`, headers: { origin: page } });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([
      status,
      page,
    ]);
    expect(answer.headers['access-control-expose-headers']).toContain('X-Request-Id');
    expect(answer.headers.vary).toBe('Origin');
  }
});

test('pages of any other origin get no leave to read', async () => {
  for (const corsOrigins of [[], [page]]) {
    const app = await serve({ corsOrigins });
    for (const origin of ['https://evil.example', `${page}.evil.example`, 'null']) {
      const answer = await login(app, { origin }, '10.0.0.1');
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  }
});

test('a caller cannot choose its address unless a proxy was configured', async () => {
  const app = await serve({ limits: { loginsPerWindow: 1 } });
  expect((await login(app, { 'x-forwarded-for': '1.1.1.1' })).statusCode).toBe(200);
  const again = await login(app, { 'x-forwarded-for': '2.2.2.2' });
  expect(again.statusCode).toBe(429);
  expect(again.headers['retry-after']).toMatch(/^\d+$/);
});

test('behind a trusted proxy callers are told apart, and what they claim themselves is not believed', async () => {
  for (const trustProxy of [1, ['10.0.0.0/8']]) {
    const app = await serve({ limits: { loginsPerWindow: 1 }, trustProxy });
    const via = (forwarded: string) => login(app, { 'x-forwarded-for': forwarded }, '10.0.0.7');
    expect((await via('1.1.1.1')).statusCode).toBe(200);
    expect((await via('2.2.2.2')).statusCode).toBe(200);
    expect((await via('2.2.2.2')).statusCode).toBe(429);
    // The proxy adds the true one at the end; what stands before it came from the caller.
    expect((await via('9.9.9.9, 2.2.2.2')).statusCode).toBe(429);
  }
});

test('an address that is no trusted proxy speaks for itself alone', async () => {
  const app = await serve({ limits: { loginsPerWindow: 1 }, trustProxy: ['10.0.0.7'] });
  const via = (forwarded: string) => login(app, { 'x-forwarded-for': forwarded }, '192.0.2.1');
  expect((await via('1.1.1.1')).statusCode).toBe(200);
  expect((await via('2.2.2.2')).statusCode).toBe(429);
});

test('trust in everybody is refused', async () => {
  const everybody = { trustProxy: true } as unknown as ChatServerOptions;
  await expect(createChatServer(everybody)).rejects.toThrow(/number of proxies/);
});

test('who may not call is refused before the body is read', async () => {
  const app = await serve();
  for (const payload of ['{', 'x'.repeat(300_000)]) {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/chat', headers, payload });
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(/needs a token/);
  }
});

test('a route of the owner that Fastify finds too much for says 413 as well', async () => {
  const app = await serve();
  app.post('/own', async () => 'kept');
  const payload = JSON.stringify('x'.repeat(2_000_000));
  const headers = { 'content-type': 'application/json' };
  const answer = await app.inject({ method: 'POST', url: '/own', payload, headers });
  expect(answer.statusCode).toBe(413);
  expect(answer.json()).toEqual({ detail: 'The body is too large.' });
});

test('no refusal is kept by a cache', async () => {
  const app = await serve();
  for (const [method, path, payload] of [
    ['POST', '/login', '{'],
    ['POST', '/login', 'x'.repeat(300_000)],
    ['GET', '/nope', undefined],
    ['GET', '/%zz', undefined],
  ] as const) {
    const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
    const url = `/api/v1${path}`;
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
    expect([path, answer.headers['cache-control']]).toEqual([path, 'no-store']);
  }
});

test('a HEAD delivers nothing', async () => {
  const store = createMemoryStore();
  const assistant = { reply: () => Promise.reject(new Error('out')) };
  const app = await serve({ store, assistant });
  const headers = { authorization: `Bearer ${(await login(app)).json().access_token}` };
  const payload = { message: 'Hi' };
  await app.inject({ method: 'POST', url: '/api/v1/chat', headers, payload });
  const { id } = (await store.userByName('ada'))!;
  const ask = async (method: 'HEAD' | 'GET') => {
    await app.inject({ method, url: '/api/v1/chat/history', headers });
    return (await store.messages(id, { from: 1, to: 1 }))[0]?.delivered;
  };
  expect([await ask('HEAD'), await ask('GET')]).toEqual([false, true]);
});

test('is ready only while its store answers', async () => {
  const store = createMemoryStore();
  const app = await serve({ store });
  expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
  store.ping = () => Promise.reject(new Error('gone'));
  const gone = await app.inject('/readyz');
  expect(gone.statusCode).toBe(503);
  expect(gone.headers['retry-after']).toMatch(/^\d+$/);
  expect(gone.json()).toEqual({ detail: 'The store does not answer.' });
  expect((await app.inject('/healthz')).statusCode).toBe(200);
});

test('serves the OpenAPI document of its own routes', async () => {
  const app = await serve();
  const document = (await app.inject('/openapi.json')).json();
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(JSON.stringify(document)).toContain('/chat/history');
});

test('counts requests by route, whatever paths are made up, and limits that were hit', async () => {
  const app = await serve({ limits: { loginsPerWindow: 1 } });
  await login(app);
  await login(app);
  for (let n = 0; n < 5; n += 1) await app.inject(`/made-up-${n}`);
  const { body } = await app.inject('/metrics');
  expect(body).toContain(
    'chat_http_requests_total{method="POST",route="/api/v1/login",status="200"} 1',
  );
  expect(body).toContain(
    'chat_http_requests_total{method="POST",route="/api/v1/login",status="429"} 1',
  );
  expect(body).toContain('chat_http_requests_total{method="GET",route="none",status="404"} 5');
  expect(body).toContain('chat_limits_hit_total{limit="login"} 1');
  expect(body).toContain('chat_store_up 1');
  expect(body).not.toContain('made-up');
});

test('keeps the metrics of two servers apart, or where it is told to', async () => {
  const register = new Registry();
  const [one, other] = [await serve({ metrics: register }), await serve()];
  await login(one);
  expect(await register.metrics()).toContain('route="/api/v1/login"');
  expect((await other.inject('/metrics')).body).not.toContain('route="/api/v1/login"');
  const without = await serve({ metrics: false });
  expect((await without.inject('/metrics')).statusCode).toBe(404);
});

test('every answer tells browsers to be careful and caches to forget', async () => {
  const app = await serve();
  for (const answer of [
    await login(app),
    await app.inject('/nope'),
    await app.inject('/api/v1/stats/chat'),
  ]) {
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['x-frame-options']).toBe('DENY');
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers['chat-extensions']).toBe(
      'identity, idempotency, minimal, history-filters, sessions, feedback, reply-to',
    );
  }
  expect((await login(app)).headers['cache-control']).toBe('no-store');
});

test('HEAD answers as GET does, without the body', async () => {
  const app = await serve();
  const { access_token: token } = (await login(app)).json();
  const headers = { authorization: `Bearer ${token}` };
  const head = await app.inject({ method: 'HEAD', url: '/api/v1/chat/history', headers });
  const get = await app.inject({ url: '/api/v1/chat/history', headers });
  expect([head.statusCode, head.body]).toEqual([200, '']);
  expect(head.headers['content-length']).toBe(get.headers['content-length']);
});

test('a longer content limit raises the limit of bodies with it', async () => {
  const app = await serve({ limits: { contentMaxLength: 100_000 } });
  const { access_token: token } = (await login(app)).json();
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/chat',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    // Twelve bytes a character: the longest spelling that JSON knows.
    payload: `{"message":"${'\\ud83e\\udd95'.repeat(100_000)}"}`,
  });
  expect(answer.statusCode).toBe(200);
});

test('a short secret is refused before anything listens', async () => {
  await expect(createChatServer({ jwtSecret: 'short' })).rejects.toThrow(/at least 32 bytes/);
});
