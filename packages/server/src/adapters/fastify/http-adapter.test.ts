import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createChatServer } from '../../create-chat-server.js';
import { createMemoryStore } from '../../stores/memory/memory-store.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createChatMetrics } from './observability/metrics.js';
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

test('pages of a configured origin may send requests and read the headers of the protocol', async () => {
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

  // The page must be able to read an error too.
  const rejected = await app.inject({ url: '/api/v1/chat/history', headers: { origin: page } });
  expect(rejected.statusCode).toBe(401);
  expect(rejected.headers['access-control-allow-origin']).toBe(page);
  const exposed = String(rejected.headers['access-control-expose-headers']).split(', ');
  expect(exposed.sort()).toEqual([
    'Chat-Extensions',
    'Date',
    'Idempotency-Replayed',
    'Preference-Applied',
    'Retry-After',
    'X-Request-Id',
  ]);
});

test('pages of a configured origin may read the error for an unknown or invalid path', async () => {
  const app = await serve({ corsOrigins: [page], staticDir: import.meta.dirname });
  for (const [path, status] of [
    ['/nope', 404],
    ['/%zz', 400],
  ] as const) {
    const response = await app.inject({ url: `/api/v1${path}`, headers: { origin: page } });
    expect([response.statusCode, response.headers['access-control-allow-origin']]).toEqual([
      status,
      page,
    ]);
    expect(response.headers['access-control-expose-headers']).toContain('X-Request-Id');
    expect(response.headers.vary).toBe('Origin');
  }
});

test('a wildcard allows pages of its subdomains, and no others', async () => {
  const app = await serve({ corsOrigins: ['https://*.example.com'] });
  const allowedOriginOf = async (origin: string, path: string) =>
    (await app.inject({ url: `/api/v1${path}`, headers: { origin } })).headers[
      'access-control-allow-origin'
    ];
  for (const path of ['/chat/history', '/%zz']) {
    for (const origin of ['https://app.example.com', 'https://a.b.example.com']) {
      expect(await allowedOriginOf(origin, path)).toBe(origin);
    }
    for (const origin of [
      'https://example.com',
      'http://app.example.com',
      'https://app.example.com.evil.example',
      'https://evilexample.com',
    ]) {
      expect(await allowedOriginOf(origin, path)).toBeUndefined();
    }
  }
});

test('pages of any other origin may not read responses', async () => {
  for (const corsOrigins of [[], [page]]) {
    const app = await serve({ corsOrigins });
    for (const origin of ['https://evil.example', `${page}.evil.example`, 'null']) {
      const response = await login(app, { origin }, '10.0.0.1');
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
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

test('behind a trusted proxy, every caller has an address that it cannot choose', async () => {
  for (const trustProxy of [1, ['10.0.0.0/8']]) {
    const app = await serve({ limits: { loginsPerWindow: 1 }, trustProxy });
    const via = (forwarded: string) => login(app, { 'x-forwarded-for': forwarded }, '10.0.0.7');
    expect((await via('1.1.1.1')).statusCode).toBe(200);
    expect((await via('2.2.2.2')).statusCode).toBe(200);
    expect((await via('2.2.2.2')).statusCode).toBe(429);
    // The proxy appends the real address; the caller sent the one before it.
    expect((await via('9.9.9.9, 2.2.2.2')).statusCode).toBe(429);
  }
});

test('ignores X-Forwarded-For from an address that is not a trusted proxy', async () => {
  const app = await serve({ limits: { loginsPerWindow: 1 }, trustProxy: ['10.0.0.7'] });
  const via = (forwarded: string) => login(app, { 'x-forwarded-for': forwarded }, '192.0.2.1');
  expect((await via('1.1.1.1')).statusCode).toBe(200);
  expect((await via('2.2.2.2')).statusCode).toBe(429);
});

test('callers of a Unix socket, which have no address, can log in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chat-unix-'));
  const app = await serve();
  await app.listen({ path: join(folder, 'chat.sock') });
  const request = http.request({
    socketPath: join(folder, 'chat.sock'),
    path: '/api/v1/login',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  request.end(JSON.stringify(users[0]));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(200);
  await app.close();
  await rm(folder, { recursive: true });
});

test('rejects an option that trusts every proxy', async () => {
  const trustsEveryProxy = { trustProxy: true } as unknown as ChatServerOptions;
  await expect(createChatServer(trustsEveryProxy)).rejects.toThrow(/number of proxies/);
});

test('rejects a request without a token before the body is read', async () => {
  const app = await serve();
  for (const payload of ['{', 'x'.repeat(300_000)]) {
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/api/v1/chat', headers, payload });
    expect(response.statusCode).toBe(401);
    expect(response.json().detail).toMatch(/needs a token/);
  }
});

test('responds with 413 to a large body on a route that the application added', async () => {
  const app = await serve();
  app.post('/custom', async () => 'stored');
  const payload = JSON.stringify('x'.repeat(2_000_000));
  const headers = { 'content-type': 'application/json' };
  const response = await app.inject({ method: 'POST', url: '/custom', payload, headers });
  expect(response.statusCode).toBe(413);
  expect(response.json()).toEqual({ detail: 'The body is too large.' });
});

test('error responses are not cached', async () => {
  const app = await serve();
  for (const [method, path, payload] of [
    ['POST', '/login', '{'],
    ['POST', '/login', 'x'.repeat(300_000)],
    ['GET', '/nope', undefined],
    ['GET', '/%zz', undefined],
  ] as const) {
    const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
    const url = `/api/v1${path}`;
    const response = await app.inject({ method, url, headers, ...(payload && { payload }) });
    expect([path, response.headers['cache-control']]).toEqual([path, 'no-store']);
  }
});

test('does not store a waiting message of a client that disconnected', async () => {
  const assistant = heldAssistant();
  const app = await serve({ assistant });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { access_token: token } = (await login(app)).json();
  const headers = { authorization: `Bearer ${token}` };
  const send = (message: string) =>
    app.inject({ method: 'POST', url: '/api/v1/chat', headers, payload: { message } });
  const first = send('one');
  await assistant.receivedRequests(1);

  const waiting = http.request(`${url}/api/v1/chat`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
  });
  waiting.on('error', () => {});
  const arrived = once(app.server, 'request');
  waiting.end(JSON.stringify({ message: 'two' }));
  const [request, response] = (await arrived) as [http.IncomingMessage, http.ServerResponse];
  await once(request, 'end');
  waiting.destroy();
  await once(response, 'close');

  for (const reply of ['1', '3']) assistant.release(reply);
  await first;
  await send('three');
  const { messages } = (await app.inject({ url: '/api/v1/chat/history', headers })).json();
  expect(messages.map(({ content }: { content: string }) => content)).toEqual([
    '3',
    'three',
    '1',
    'one',
  ]);
});

test('a HEAD request marks no message as delivered', async () => {
  const store = createMemoryStore();
  const assistant = { reply: () => Promise.reject(new Error('out')) };
  const app = await serve({ store, assistant });
  const headers = { authorization: `Bearer ${(await login(app)).json().access_token}` };
  const payload = { message: 'Hi' };
  await app.inject({ method: 'POST', url: '/api/v1/chat', headers, payload });
  const { id } = (await store.userByName('ada'))!;
  const deliveredAfter = async (method: 'HEAD' | 'GET') => {
    await app.inject({ method, url: '/api/v1/chat/history', headers });
    return (await store.messages(id, { from: 1, to: 1 }))[0]?.delivered;
  };
  expect([await deliveredAfter('HEAD'), await deliveredAfter('GET')]).toEqual([false, true]);
});

test('is ready only while its store responds', async () => {
  const store = createMemoryStore();
  const app = await serve({ store });
  expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
  store.ping = () => Promise.reject(new Error('unavailable'));
  const notReady = await app.inject('/readyz');
  expect(notReady.statusCode).toBe(503);
  expect(notReady.headers['retry-after']).toMatch(/^\d+$/);
  expect(notReady.json()).toEqual({ detail: 'The store does not respond.' });
  expect((await app.inject('/healthz')).statusCode).toBe(200);
});

test('serves the OpenAPI document of its own routes', async () => {
  const app = await serve();
  const document = (await app.inject('/openapi.json')).json();
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(JSON.stringify(document)).toContain('/chat/history');
});

test('counts requests by route, also for paths that a caller invents, and reached limits', async () => {
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

test('separates the metrics of two servers, and uses metrics that are passed in', async () => {
  const metrics = createChatMetrics();
  const [one, other] = [await serve({ metrics }), await serve()];
  await login(one);
  expect(await metrics.text()).toContain('route="/api/v1/login"');
  expect((await other.inject('/metrics')).body).not.toContain('route="/api/v1/login"');
  const without = await serve({ metrics: false });
  expect((await without.inject('/metrics')).statusCode).toBe(404);
});

test('responses have security headers and are not cached', async () => {
  const app = await serve();
  for (const response of [
    await login(app),
    await app.inject('/nope'),
    await app.inject('/api/v1/stats/chat'),
  ]) {
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.headers['x-frame-options']).toBe('DENY');
    expect(response.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(response.headers['chat-extensions']).toBe(
      'identity, idempotency, minimal, history-filters, reply-to, truncated, stream, stop, regenerate, new-session, sessions, feedback',
    );
  }
  expect((await login(app)).headers['cache-control']).toBe('no-store');
});

test('responds to HEAD like GET, without the body', async () => {
  const app = await serve();
  const { access_token: token } = (await login(app)).json();
  const headers = { authorization: `Bearer ${token}` };
  const head = await app.inject({ method: 'HEAD', url: '/api/v1/chat/history', headers });
  const get = await app.inject({ url: '/api/v1/chat/history', headers });
  expect([head.statusCode, head.body]).toEqual([200, '']);
  expect(head.headers['content-type']).toBe(get.headers['content-type']);
  // HEAD does not read the page, so its length is not known.
  expect(head.headers['content-length']).toBeUndefined();
});

test('a longer content limit also raises the body limit', async () => {
  const app = await serve({ limits: { contentMaxLength: 100_000 } });
  const { access_token: token } = (await login(app)).json();
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/chat',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    // Twelve bytes per character: the longest JSON escaping.
    payload: `{"message":"${'\\ud83e\\udd95'.repeat(100_000)}"}`,
  });
  expect(response.statusCode).toBe(200);
});

test('rejects a short secret before it listens', async () => {
  await expect(createChatServer({ jwtSecret: 'short' })).rejects.toThrow(/at least 32 bytes/);
});
