import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { basePath } from '@chat/contract';
import { createChatServer, openSqliteStore, type Store } from '@chat/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodePayload, forgeToken } from './support/forged-token.js';
import {
  openConnection,
  type RawRequest,
  type RawResponse,
  readResponse,
  sendBytes,
  sendRaw,
} from './support/raw-http.js';

const jwtSecret = 'a key that only this suite and its server know';
const ada = { username: 'ada', password: 's3cret' };

let directory: string;
let store: Store;
let app: Awaited<ReturnType<typeof createChatServer>>;
let url: string;
/** The same server with short timeouts, for the tests with slow requests. */
let shortTimeouts: Awaited<ReturnType<typeof createChatServer>>;
let shortTimeoutsUrl: string;
let token: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chat-bad-input-'));
  store = await openSqliteStore({ path: join(directory, 'chat.db') });
  const limits = { loginsPerWindow: 1_000, messagesPerWindow: 1_000 };
  app = await createChatServer({ store, jwtSecret, users: [ada], limits });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  const timeouts = { headersMs: 200, requestMs: 400 };
  shortTimeouts = await createChatServer({ store, jwtSecret, limits, timeouts });
  shortTimeoutsUrl = await shortTimeouts.listen({ port: 0, host: '127.0.0.1' });
  token = await logIn();
  await send({ message: 'This was acknowledged.' });
});

afterAll(async () => {
  await Promise.all([app.close(), shortTimeouts.close()]);
  await store.close();
  await rm(directory, { recursive: true });
});

afterEach(async () => {
  const health = await sendRaw(url, { path: '/healthz' });
  expect(health.status).toBe(200);
  const history = await call({ path: '/chat/history?order=asc&pageSize=1' });
  expect(JSON.parse(history.body)).toMatchObject({
    messages: [{ content: 'This was acknowledged.' }],
  });
  expect(await store.check()).toEqual([]);
});

/** Calls the API with a valid token, on a new connection. */
function call(request: RawRequest): Promise<RawResponse> {
  return sendRaw(url, {
    ...request,
    path: `${basePath}${request.path}`,
    headers: { Authorization: `Bearer ${token}`, ...request.headers },
  });
}

function post(
  path: string,
  body: string | Uint8Array,
  headers: RawRequest['headers'] = {},
): Promise<RawResponse> {
  const type = { 'Content-Type': 'application/json' };
  return call({ method: 'POST', path, body, headers: { ...type, ...headers } });
}

function send(body: unknown): Promise<RawResponse> {
  return post('/chat', JSON.stringify(body));
}

async function logIn(): Promise<string> {
  const response = await post('/login', JSON.stringify(ada));
  return JSON.parse(response.body).access_token;
}

/** Expects the status, a body of only `detail` with one sentence, and the headers of every response. */
function expectError(response: RawResponse, status: number, expected: RegExp): void {
  expect(response.status, response.body).toBe(status);
  const { detail, ...rest } = JSON.parse(response.body);
  expect(rest).toEqual({});
  expect(detail).toMatch(expected);
  expect(detail).toMatch(/^[A-Z"][^\n]*\.$/);
  expect(response.headers.get('x-request-id')).toMatch(/^[\w.:-]{1,128}$/);
  expect(response.headers.get('chat-extensions')).toContain('idempotency');
}

async function total(): Promise<number> {
  return JSON.parse((await call({ path: '/chat/history' })).body).pagination.total;
}

describe('a JSON body that does not match the route', () => {
  test.each<[what: string, body: unknown, expected: RegExp]>([
    ['a number as the message', { message: 1 }, /"message" must be a string/],
    ['true as the message', { message: true }, /"message" must be a string/],
    ['null as the message', { message: null }, /"message" must be a string/],
    ['an array as the message', { message: ['hi'] }, /"message" must be a string/],
    ['an object as the message', { message: { text: 'hi' } }, /"message" must be a string/],
    ['no message', {}, /"message" is missing/],
    ['a misspelled key', { massage: 'hi' }, /"message" is missing/],
    ['an empty message', { message: '' }, /must not be empty/],
    ['a message of only white space', { message: ' \n\t\u3000' }, /must not be empty/],
    ['a message that is too long', { message: 'x'.repeat(8_001) }, /at most 8000 characters/],
    ['too many emoji', { message: '🦕'.repeat(8_001) }, /at most 8000 characters/],
    ['null', null, /JSON object/],
    ['an array', [{ message: 'hi' }], /JSON object/],
    ['a string', 'hi', /JSON object/],
    ['a number', 7, /JSON object/],
    ['NUL in the message', { message: 'a\u0000b' }, /NUL/],
  ])('%s is a 400', async (_what, body, expected) => {
    expectError(await send(body), 400, expected);
  });

  test.each<[what: string, body: string, expected: RegExp]>([
    ['a lone high surrogate', '{"message":"a\\ud800b"}', /surrogate/],
    ['a lone low surrogate', '{"message":"a\\udc00b"}', /surrogate/],
    ['surrogates in the wrong order', '{"message":"\\udc00\\ud800"}', /surrogate/],
    ['a message inside __proto__', '{"__proto__":{"message":"hi"}}', /"message" is missing/],
    ['a message inside constructor', '{"constructor":{"prototype":{"message":"hi"}}}', /missing/],
  ])('%s is a 400', async (_what, body, expected) => {
    expectError(await post('/chat', body), 400, expected);
    expect(({} as { message?: string }).message).toBeUndefined();
  });

  test.each([
    [
      'a number as the username',
      '{"username":1,"password":"s3cret"}',
      /"username" must be a string/,
    ],
    ['no password', '{"username":"ada"}', /"password" is missing/],
    ['an array as the password', '{"username":"ada","password":["s3cret"]}', /"password" must be/],
  ])('a login with %s is a 400', async (_what, body, expected) => {
    expectError(await post('/login', body), 400, expected);
  });

  test.each([
    ['no id', '{"satisfied":true}', /"messageId" is missing/],
    [
      'a string as the rating',
      '{"messageId":"x","satisfied":"true"}',
      /"satisfied" must be true or/,
    ],
  ])('a rating with %s is a 400', async (_what, body, expected) => {
    expectError(await post('/chat/feedback', body), 400, expected);
  });

  test('extra fields, including __proto__, are ignored', async () => {
    const response = await post('/chat', '{"message":"hi","role":"system","__proto__":{"a":1}}');
    expect(response.status).toBe(200);
    expect(JSON.parse(response.body).response).toBe('hi');
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('a rejected message is not stored', async () => {
    const before = await total();
    await send({ message: 1 });
    await send({ message: 'x'.repeat(8_001) });
    await post('/chat', '{"message":"\\ud800"}');
    expect(await total()).toBe(before);
  });
});

describe('a body that is not JSON', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each<[what: string, body: string | Uint8Array, expected: RegExp]>([
    ['half an object', '{"message":"hi"', /not valid JSON/],
    ['a single quote', "{'message':'hi'}", /not valid JSON/],
    ['text after the object', '{"message":"hi"} x', /not valid JSON/],
    ['NaN', '{"message":NaN}', /not valid JSON/],
    ['an unescaped NUL', '{"message":"a\u0000"}', /not valid JSON/],
    ['an unescaped line break in a string', '{"message":"a\nb"}', /not valid JSON/],
    ['a byte that is not UTF-8', Buffer.from('{"message":"\xff"}', 'latin1'), /not valid UTF-8/],
    [
      'an incomplete UTF-8 character',
      Buffer.from('{"message":"\xc3"}', 'latin1'),
      /not valid UTF-8/,
    ],
    ['an encoded surrogate', Buffer.from('{"message":"\xed\xa0\x80"}', 'latin1'), /valid UTF-8/],
    ['an overlong slash', Buffer.from('{"message":"\xc0\xaf"}', 'latin1'), /not valid UTF-8/],
    ['100,000 nested arrays', nested(100_000), /nest deeper than 32/],
    ['100,000 unclosed arrays', '['.repeat(100_000), /nest deeper than 32/],
    ['deep nesting in an extra field', `{"message":"hi","x":${nested(40)}}`, /nest deeper than 32/],
    ['no body', '', /JSON object/],
  ])('%s is a 400', async (_what, body, expected) => {
    expectError(await post('/chat', body), 400, expected);
  });

  test('is not repeated in the error, because it may contain a password', async () => {
    const response = await post('/login', '{"username":"ada","password":"s3cret" oops');
    expectError(response, 400, /not valid JSON/);
    expect(response.body).not.toContain('s3cret');
  });

  test('brackets inside a string are not nesting', async () => {
    const message = `${'[{'.repeat(100)}\\"[`;
    expect((await send({ message })).status).toBe(200);
  });
});

describe('a body with an unsupported content type', () => {
  const body = '{"message":"hi"}';

  test.each([
    ['text', { 'Content-Type': 'text/plain' }, body],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'message=hi'],
    ['a multipart form', { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['XML', { 'Content-Type': 'application/xml' }, '<message/>'],
    ['an invalid content type', { 'Content-Type': 'json' }, body],
    ['another charset', { 'Content-Type': 'application/json; charset=iso-8859-1' }, body],
    ['a compressed body', { 'Content-Encoding': 'gzip' }, gzipSync(body)],
  ])('%s is a 415', async (_what, headers, bytes) => {
    expectError(await post('/chat', bytes, headers), 415, /must/);
  });

  test('no content type is a 415', async () => {
    expectError(await call({ method: 'POST', path: '/chat', body }), 415, /application\/json/);
  });

  test('charset UTF-8 is accepted, in upper and lower case', async () => {
    for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      expect((await post('/chat', body, { 'Content-Type': type })).status).toBe(200);
    }
  });

  test('logout needs no body and accepts an empty body of any type', async () => {
    for (const headers of [{}, { 'Content-Type': 'application/json' }, { 'Content-Type': 'x/y' }]) {
      const Authorization = `Bearer ${await logIn()}`;
      const response = await call({
        method: 'POST',
        path: '/logout',
        body: '',
        headers: { ...headers, Authorization },
      });
      expect(response.status).toBe(200);
    }
  });
});

describe('a request that is too large or too slow', () => {
  const head = (length: string) =>
    `POST ${basePath}/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\n${length}\r\n\r\n`;

  test('a huge body is a 413, which the client can read after it sent the whole body', async () => {
    const body = JSON.stringify({ message: 'x'.repeat(8_000_000) });
    const connection = await openConnection(url);
    // Many clients send the whole body before they read the response.
    connection.pause();
    const bytes = head(`Content-Length: ${body.length}`) + body;
    await new Promise<void>((resolve, reject) => {
      connection.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    const reading = readResponse(connection);
    connection.resume();
    expectError(await reading, 413, /too large/);
    connection.destroy();
  });

  test('a huge chunked body is a 413', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const bytes = Buffer.from(head('Transfer-Encoding: chunked') + chunk.repeat(16));
    expectError(await sendBytes(url, bytes), 413, /too large/);
  });

  test('a huge header is a 431', async () => {
    const headers = { 'X-Huge': 'x'.repeat(200_000) };
    expectError(await call({ path: '/chat/history', headers }), 431, /headers are too large/);
  });

  test('a huge URL is a 431', async () => {
    const path = `/chat/history?x=${'x'.repeat(200_000)}`;
    expectError(await call({ path }), 431, /headers are too large/);
  });

  test('a header that never ends is a 408', async () => {
    const connection = await openConnection(shortTimeoutsUrl);
    connection.write(`GET ${basePath}/chat/history HTTP/1.1\r\nHost: x\r\nX-Slow: `);
    const drip = setInterval(() => connection.write('x'), 20);
    const response = await readResponse(connection).finally(() => clearInterval(drip));
    connection.destroy();
    expectError(response, 408, /too long to arrive/);
  });

  test('a body that never ends is a 408', async () => {
    const connection = await openConnection(shortTimeoutsUrl);
    connection.write(head('Content-Length: 100000'));
    const drip = setInterval(() => connection.write('x'), 20);
    const response = await readResponse(connection).finally(() => clearInterval(drip));
    connection.destroy();
    expectError(response, 408, /too long to arrive/);
  });

  test('a client that disconnects in the middle of a body has no effect', async () => {
    const before = await total();
    const connection = await openConnection(url);
    connection.write(`${head('Content-Length: 100000')}{"message":"ha`);
    connection.destroy();
    expect(await total()).toBe(before);
  });
});

describe('a bad page', () => {
  test.each([
    '0',
    '-1',
    '1.5',
    '1e9',
    'NaN',
    '',
    '+1',
    '0x10',
    '%201',
    'one',
    '99999999999999999999',
  ])('page=%s is a 400', async (page) => {
    const response = await call({ path: `/chat/history?page=${page}` });
    expectError(response, 400, /"page" must be a whole number from 1/);
  });

  test.each(['0', '-1', '1.5', '101', '1e9', 'NaN', ''])('pageSize=%s is a 400', async (size) => {
    const response = await call({ path: `/chat/history?pageSize=${size}` });
    expectError(response, 400, /"pageSize" must be a whole number from 1 to 100/);
  });

  test.each(['page=1&page=2', 'page=1&page=1', 'pageSize=5&page=1&pageSize=5'])(
    '%s repeats a parameter and is a 400',
    async (query) => {
      expectError(await call({ path: `/chat/history?${query}` }), 400, /must be given once/);
    },
  );

  test('an invalid page of the sessions is a 400', async () => {
    expectError(await call({ path: '/chat/sessions?page=0' }), 400, /"page" must be/);
  });

  test('an unknown order is a 400 and an unknown session is a 404', async () => {
    expectError(await call({ path: '/chat/history?order=random' }), 400, /"order" must be one of/);
    expectError(await call({ path: '/chat/history?sessionId=nope' }), 404, /session/i);
  });
});

describe('a bad token', () => {
  const claims = () => decodePayload(token);
  const without = (claim: string) => {
    const { [claim]: _removed, ...rest } = claims();
    return rest;
  };
  const signed = (payload: unknown) => forgeToken({ secret: jwtSecret, payload });
  const now = () => Math.floor(Date.now() / 1_000);

  test.each<[what: string, header: () => string | undefined]>([
    ['no header', () => undefined],
    ['an empty header', () => ''],
    ['the scheme without a token', () => 'Bearer'],
    ['another scheme', () => `Basic ${Buffer.from('ada:s3cret').toString('base64')}`],
    ['two tokens', () => `Bearer ${token} ${token}`],
    ['the string null', () => 'Bearer null'],
    ['garbage', () => 'Bearer a.b.c'],
    ['two parts of three', () => `Bearer ${token.split('.').slice(0, 2).join('.')}`],
    ['no signature', () => `Bearer ${token.slice(0, token.lastIndexOf('.') + 1)}`],
    ['a changed signature', () => `Bearer ${token.slice(0, -8)}AAAAAAAA`],
    ['10,000 characters', () => `Bearer ${'x'.repeat(10_000)}`],
    [
      'alg none',
      () => `Bearer ${forgeToken({ secret: '', claimedAlgorithm: 'none', payload: claims() })}`,
    ],
    [
      'alg none and no signature',
      () => {
        const forged = forgeToken({ secret: '', claimedAlgorithm: 'none', payload: claims() });
        return `Bearer ${forged.slice(0, forged.lastIndexOf('.') + 1)}`;
      },
    ],
    [
      'HS384',
      () => `Bearer ${forgeToken({ secret: jwtSecret, algorithm: 'HS384', payload: claims() })}`,
    ],
    [
      'HS512',
      () => `Bearer ${forgeToken({ secret: jwtSecret, algorithm: 'HS512', payload: claims() })}`,
    ],
    [
      'an HS256 signature with alg RS256',
      () =>
        `Bearer ${forgeToken({ secret: jwtSecret, claimedAlgorithm: 'RS256', payload: claims() })}`,
    ],
    [
      'a different key',
      () =>
        `Bearer ${forgeToken({ secret: 'a key of somebody else, also 32 bytes', payload: claims() })}`,
    ],
    ['an empty key', () => `Bearer ${forgeToken({ secret: '', payload: claims() })}`],
    ['no exp', () => `Bearer ${signed(without('exp'))}`],
    ['no iat', () => `Bearer ${signed(without('iat'))}`],
    ['no sub', () => `Bearer ${signed(without('sub'))}`],
    ['no jti', () => `Bearer ${signed(without('jti'))}`],
    ['an exp of 1e300', () => `Bearer ${signed({ ...claims(), exp: 1e300 })}`],
    ['an exp that is a string', () => `Bearer ${signed({ ...claims(), exp: '9999999999' })}`],
    ['a negative exp', () => `Bearer ${signed({ ...claims(), exp: -1 })}`],
    ['an exp in the past', () => `Bearer ${signed({ ...claims(), exp: now() - 1 })}`],
    [
      'an iat in the future',
      () => `Bearer ${signed({ ...claims(), iat: now() + 86_400, exp: now() + 90_000 })}`,
    ],
    ['a sub that is a number', () => `Bearer ${signed({ ...claims(), sub: 1 })}`],
    ['a payload that is an array', () => `Bearer ${signed([1])}`],
    ['a payload that is null', () => `Bearer ${signed(null)}`],
  ])('%s is a 401', async (_what, header) => {
    const value = header();
    const response = await sendRaw(url, {
      path: `${basePath}/chat/history`,
      headers: value === undefined ? {} : { Authorization: value },
    });
    expectError(response, 401, /token/i);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.body).not.toContain(token);
  });

  test('a token stays revoked after logout, also with padding', async () => {
    const revoked = await logIn();
    const headers = { Authorization: `Bearer ${revoked}` };
    expect((await call({ method: 'POST', path: '/logout', headers })).status).toBe(200);
    for (const spelling of [revoked, `${revoked}=`, `${revoked}==`]) {
      const response = await call({
        path: '/chat/history',
        headers: { Authorization: `Bearer ${spelling}` },
      });
      expectError(response, 401, /token/i);
    }
  });
});

describe('an unknown path or method', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/api'],
    ['GET', '/api/v1'],
    ['GET', '/api/v1/nope'],
    ['GET', '/api/v2/chat/history'],
    ['GET', '/api/v1/chat/history/'],
    ['GET', '/api/v1/Chat/history'],
    ['GET', '/api/v1/chat%2Fhistory'],
    ['GET', '/../../etc/passwd'],
    ['GET', '/api/v1/__proto__'],
    ['GET', '/api/v1/login'],
    ['GET', '/api/v1/chat'],
    ['POST', '/api/v1/chat/history'],
    ['PUT', '/api/v1/chat'],
    ['DELETE', '/api/v1/chat/history'],
    ['PATCH', '/api/v1/login'],
    ['TRACE', '/api/v1/chat/history'],
    ['PROPFIND', '/api/v1/chat/history'],
    ['QUERY', '/api/v1/chat/history'],
    ['OPTIONS', '/api/v1/chat'],
  ])('%s %s is a 404', async (method, path) => {
    const response = await sendRaw(url, { method, path });
    expectError(response, 404, /no route for \w+ at this path/i);
  });

  test('an invalid body on an unknown path is a 404', async () => {
    const request = {
      method: 'POST',
      path: '/nope',
      headers: { 'Content-Type': 'application/json' },
    };
    expectError(await sendRaw(url, { ...request, body: '{"broken' }), 404, /no route for POST/);
  });

  test.each(['/%zz', '/api/v1/%c3', '/%'])('a path like %s is a 400', async (path) => {
    expectError(await sendRaw(url, { path }), 400, /percent-encoded/);
  });
});

test('an upgrade header for HTTP/2, which some clients send with every request, is ignored', async () => {
  const headers = {
    Connection: 'Upgrade, HTTP2-Settings, close',
    Upgrade: 'h2c',
    'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
  };
  const sent = await post('/chat', '{"message":"Over HTTP/1.1"}', headers);
  expect(sent.status).toBe(200);
  expect(JSON.parse(sent.body).response).toBe('Over HTTP/1.1');
  expect((await call({ path: '/chat/history', headers })).status).toBe(200);
});

describe('invalid HTTP', () => {
  test.each([
    ['a word', 'hello\r\n\r\n'],
    ['an unknown method', `BREW ${basePath}/chat HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a TLS handshake', '\u0016\u0003\u0001\u0002\u0000'],
    [
      'two Content-Length headers',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'Content-Length and Transfer-Encoding together',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n'],
  ])('%s is a 400', async (_what, text) => {
    expectError(await sendBytes(url, Buffer.from(text, 'latin1')), 400, /not valid HTTP/);
  });

  test('a request without Host is a 400', async () => {
    const bytes = Buffer.from(`GET ${basePath}/chat/history HTTP/1.1\r\n\r\n`);
    expectError(await sendBytes(url, bytes), 400, /Host/);
  });

  test('an unknown Expect header is ignored', async () => {
    const headers = { Expect: 'a miracle', 'Content-Type': 'application/json' };
    expectError(await post('/chat', '{}', headers), 400, /"message" is missing/);
  });

  test('an upgrade on another path and an incomplete handshake are rejected with an explanation', async () => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
    const elsewhere = await sendRaw(url, { path: '/ws/other', headers });
    expectError(elsewhere, 404, /no WebSocket at this path/);
    const incomplete = await sendRaw(url, { path: '/ws/chat?token=x', headers });
    expectError(incomplete, 400, /handshake/);
    expectError(await sendRaw(url, { path: '/ws/chat' }), 400, /WebSockets only/);
  });
});

test('an unknown username costs the same work as a wrong password', async () => {
  const verifiedHashes: string[] = [];
  const cheap = {
    hash: async (password: string) => `hash of ${password.length}`,
    verify: async (hash: string, password: string) => {
      verifiedHashes.push(hash);
      return hash === `hash of ${password.length}`;
    },
  };
  const other = await createChatServer({ users: [ada], passwords: cheap });
  try {
    const failLogin = (username: string) =>
      other.inject({
        method: 'POST',
        url: `${basePath}/login`,
        payload: { username, password: 'wrong' },
      });
    const known = await failLogin('ada');
    const unknown = await failLogin('bob');
    const impossible = await failLogin('b\u0000b');
    expect([known, unknown, impossible].map(({ statusCode }) => statusCode)).toEqual([
      401, 401, 401,
    ]);
    expect(new Set([known.body, unknown.body, impossible.body]).size).toBe(1);
    expect(verifiedHashes).toHaveLength(3);
    expect(verifiedHashes.every((hash) => hash.startsWith('hash of'))).toBe(true);
  } finally {
    await other.close();
  }
});
