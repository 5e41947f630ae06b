import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { basePath } from '@chat/contract';
import { createChatServer, openSqliteStore, type Store } from '@chat/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodePayload, forgeToken } from './support/forged-token.js';
import {
  openLine,
  type RawAnswer,
  type RawRequest,
  readAnswer,
  sendBytes,
  sendRaw,
} from './support/raw-http.js';

const jwtSecret = 'a key that only this suite and its server know';
const ada = { username: 'ada', password: 's3cret' };

let directory: string;
let store: Store;
let app: Awaited<ReturnType<typeof createChatServer>>;
let url: string;
/** The same with little patience; only the slow meet it. */
let impatient: Awaited<ReturnType<typeof createChatServer>>;
let impatientUrl: string;
let token: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chat-bad-input-'));
  store = await openSqliteStore({ path: join(directory, 'chat.db') });
  const limits = { loginsPerWindow: 1_000, messagesPerWindow: 1_000 };
  app = await createChatServer({ store, jwtSecret, users: [ada], limits });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  const timeouts = { headersMs: 200, requestMs: 400 };
  impatient = await createChatServer({ store, jwtSecret, limits, timeouts });
  impatientUrl = await impatient.listen({ port: 0, host: '127.0.0.1' });
  token = await logIn();
  await send({ message: 'This was acknowledged.' });
});

afterAll(async () => {
  await Promise.all([app.close(), impatient.close()]);
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

/** A call to the API with a good token, over a line of its own. */
function call(request: RawRequest): Promise<RawAnswer> {
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
): Promise<RawAnswer> {
  const type = { 'Content-Type': 'application/json' };
  return call({ method: 'POST', path, body, headers: { ...type, ...headers } });
}

function send(body: unknown): Promise<RawAnswer> {
  return post('/chat', JSON.stringify(body));
}

async function logIn(): Promise<string> {
  const answer = await post('/login', JSON.stringify(ada));
  return JSON.parse(answer.body).access_token;
}

/** The status, and one sentence under the one key `detail`, with the headers that every answer has. */
function expectRefusal(answer: RawAnswer, status: number, says: RegExp): void {
  expect(answer.status, answer.body).toBe(status);
  const { detail, ...rest } = JSON.parse(answer.body);
  expect(rest).toEqual({});
  expect(detail).toMatch(says);
  expect(detail).toMatch(/^[A-Z"][^\n]*\.$/);
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w.:-]{1,128}$/);
  expect(answer.headers.get('chat-extensions')).toContain('idempotency');
}

async function total(): Promise<number> {
  return JSON.parse((await call({ path: '/chat/history' })).body).pagination.total;
}

describe('a body that is JSON but not what the route wants', () => {
  test.each<[what: string, body: unknown, says: RegExp]>([
    ['a number for the text', { message: 1 }, /"message" must be a string/],
    ['true for the text', { message: true }, /"message" must be a string/],
    ['null for the text', { message: null }, /"message" must be a string/],
    ['a list for the text', { message: ['hi'] }, /"message" must be a string/],
    ['an object for the text', { message: { text: 'hi' } }, /"message" must be a string/],
    ['no text at all', {}, /"message" is missing/],
    ['the text under another name', { massage: 'hi' }, /"message" is missing/],
    ['an empty text', { message: '' }, /must not be empty/],
    ['nothing but white space', { message: ' \n\t\u3000' }, /must not be empty/],
    ['a text that is too long', { message: 'x'.repeat(8_001) }, /at most 8000 characters/],
    ['too many emoji', { message: '🦕'.repeat(8_001) }, /at most 8000 characters/],
    ['null', null, /JSON object/],
    ['a list', [{ message: 'hi' }], /JSON object/],
    ['a string', 'hi', /JSON object/],
    ['a number', 7, /JSON object/],
    ['NUL in the text', { message: 'a\u0000b' }, /NUL/],
  ])('%s is a 400', async (_what, body, says) => {
    expectRefusal(await send(body), 400, says);
  });

  test.each<[what: string, body: string, says: RegExp]>([
    ['a high surrogate alone', '{"message":"a\\ud800b"}', /surrogate/],
    ['a low surrogate alone', '{"message":"a\\udc00b"}', /surrogate/],
    ['surrogates the wrong way round', '{"message":"\\udc00\\ud800"}', /surrogate/],
    ['a text behind __proto__', '{"__proto__":{"message":"hi"}}', /"message" is missing/],
    ['a text behind constructor', '{"constructor":{"prototype":{"message":"hi"}}}', /missing/],
  ])('%s is a 400', async (_what, body, says) => {
    expectRefusal(await post('/chat', body), 400, says);
    expect(({} as { message?: string }).message).toBeUndefined();
  });

  test.each([
    [
      'a name that is a number',
      '{"username":1,"password":"s3cret"}',
      /"username" must be a string/,
    ],
    ['no password', '{"username":"ada"}', /"password" is missing/],
    ['a password that is a list', '{"username":"ada","password":["s3cret"]}', /"password" must be/],
  ])('a login with %s is a 400', async (_what, body, says) => {
    expectRefusal(await post('/login', body), 400, says);
  });

  test.each([
    ['no id', '{"satisfied":true}', /"messageId" is missing/],
    [
      'a word for the rating',
      '{"messageId":"x","satisfied":"true"}',
      /"satisfied" must be true or/,
    ],
  ])('a rating with %s is a 400', async (_what, body, says) => {
    expectRefusal(await post('/chat/feedback', body), 400, says);
  });

  test('extra fields, __proto__ among them, are ignored', async () => {
    const answer = await post('/chat', '{"message":"hi","role":"system","__proto__":{"a":1}}');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).response).toBe('hi');
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('nothing that was refused is stored', async () => {
    const before = await total();
    await send({ message: 1 });
    await send({ message: 'x'.repeat(8_001) });
    await post('/chat', '{"message":"\\ud800"}');
    expect(await total()).toBe(before);
  });
});

describe('a body that is not JSON', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each<[what: string, body: string | Uint8Array, says: RegExp]>([
    ['half an object', '{"message":"hi"', /not valid JSON/],
    ['a single quote', "{'message':'hi'}", /not valid JSON/],
    ['something behind the object', '{"message":"hi"} x', /not valid JSON/],
    ['NaN', '{"message":NaN}', /not valid JSON/],
    ['a bare NUL', '{"message":"a\u0000"}', /not valid JSON/],
    ['a bare line break in a string', '{"message":"a\nb"}', /not valid JSON/],
    ['a byte that is not UTF-8', Buffer.from('{"message":"\xff"}', 'latin1'), /not valid UTF-8/],
    ['half a character', Buffer.from('{"message":"\xc3"}', 'latin1'), /not valid UTF-8/],
    ['an encoded surrogate', Buffer.from('{"message":"\xed\xa0\x80"}', 'latin1'), /valid UTF-8/],
    ['an overlong slash', Buffer.from('{"message":"\xc0\xaf"}', 'latin1'), /not valid UTF-8/],
    ['100,000 lists in each other', nested(100_000), /nest deeper than 32/],
    ['100,000 open lists', '['.repeat(100_000), /nest deeper than 32/],
    ['deep nesting in an extra field', `{"message":"hi","x":${nested(40)}}`, /nest deeper than 32/],
    ['no body', '', /JSON object/],
  ])('%s is a 400', async (_what, body, says) => {
    expectRefusal(await post('/chat', body), 400, says);
  });

  test('does not come back in the sentence: it may be a password', async () => {
    const answer = await post('/login', '{"username":"ada","password":"s3cret" oops');
    expectRefusal(answer, 400, /not valid JSON/);
    expect(answer.body).not.toContain('s3cret');
  });

  test('brackets inside a string are not nesting', async () => {
    const message = `${'[{'.repeat(100)}\\"[`;
    expect((await send({ message })).status).toBe(200);
  });
});

describe('a body of another type', () => {
  const body = '{"message":"hi"}';

  test.each([
    ['text', { 'Content-Type': 'text/plain' }, body],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'message=hi'],
    ['a multipart form', { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['XML', { 'Content-Type': 'application/xml' }, '<message/>'],
    ['a type nobody can read', { 'Content-Type': 'json' }, body],
    ['another charset', { 'Content-Type': 'application/json; charset=iso-8859-1' }, body],
    ['a compressed one', { 'Content-Encoding': 'gzip' }, gzipSync(body)],
  ])('%s is a 415', async (_what, headers, bytes) => {
    expectRefusal(await post('/chat', bytes, headers), 415, /must/);
  });

  test('none named is a 415', async () => {
    expectRefusal(await call({ method: 'POST', path: '/chat', body }), 415, /application\/json/);
  });

  test('UTF-8 may be named, in any spelling of the type', async () => {
    for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      expect((await post('/chat', body, { 'Content-Type': type })).status).toBe(200);
    }
  });

  test('logout wants no body and no type, and takes an empty one of any', async () => {
    for (const headers of [{}, { 'Content-Type': 'application/json' }, { 'Content-Type': 'x/y' }]) {
      const Authorization = `Bearer ${await logIn()}`;
      const answer = await call({
        method: 'POST',
        path: '/logout',
        body: '',
        headers: { ...headers, Authorization },
      });
      expect(answer.status).toBe(200);
    }
  });
});

describe('too much, or too slowly', () => {
  const head = (length: string) =>
    `POST ${basePath}/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\n${length}\r\n\r\n`;

  test('a huge body is a 413, and its sender lives to read it', async () => {
    const body = JSON.stringify({ message: 'x'.repeat(8_000_000) });
    const line = await openLine(url);
    // As many programs do: write it all, and only then look for an answer.
    line.pause();
    const bytes = head(`Content-Length: ${body.length}`) + body;
    await new Promise<void>((resolve, reject) => {
      line.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    const reading = readAnswer(line);
    line.resume();
    expectRefusal(await reading, 413, /too large/);
    line.destroy();
  });

  test('a huge body in pieces of unknown number is a 413', async () => {
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const bytes = Buffer.from(head('Transfer-Encoding: chunked') + piece.repeat(16));
    expectRefusal(await sendBytes(url, bytes), 413, /too large/);
  });

  test('a huge header is a 431', async () => {
    const headers = { 'X-Huge': 'x'.repeat(200_000) };
    expectRefusal(await call({ path: '/chat/history', headers }), 431, /head is too large/);
  });

  test('a huge URL is a 431', async () => {
    const path = `/chat/history?x=${'x'.repeat(200_000)}`;
    expectRefusal(await call({ path }), 431, /head is too large/);
  });

  test('a header that never ends is a 408', async () => {
    const line = await openLine(impatientUrl);
    line.write(`GET ${basePath}/chat/history HTTP/1.1\r\nHost: x\r\nX-Slow: `);
    const drip = setInterval(() => line.write('x'), 20);
    const answer = await readAnswer(line).finally(() => clearInterval(drip));
    line.destroy();
    expectRefusal(answer, 408, /too long to arrive/);
  });

  test('a body that never ends is a 408', async () => {
    const line = await openLine(impatientUrl);
    line.write(head('Content-Length: 100000'));
    const drip = setInterval(() => line.write('x'), 20);
    const answer = await readAnswer(line).finally(() => clearInterval(drip));
    line.destroy();
    expectRefusal(answer, 408, /too long to arrive/);
  });

  test('a caller who leaves in the middle of a body harms nobody', async () => {
    const before = await total();
    const line = await openLine(url);
    line.write(`${head('Content-Length: 100000')}{"message":"ha`);
    line.destroy();
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
    const answer = await call({ path: `/chat/history?page=${page}` });
    expectRefusal(answer, 400, /"page" must be a whole number from 1/);
  });

  test.each(['0', '-1', '1.5', '101', '1e9', 'NaN', ''])('pageSize=%s is a 400', async (size) => {
    const answer = await call({ path: `/chat/history?pageSize=${size}` });
    expectRefusal(answer, 400, /"pageSize" must be a whole number from 1 to 100/);
  });

  test.each(['page=1&page=2', 'page=1&page=1', 'pageSize=5&page=1&pageSize=5'])(
    '%s says something twice and is a 400',
    async (query) => {
      expectRefusal(await call({ path: `/chat/history?${query}` }), 400, /must be given once/);
    },
  );

  test('the list of sessions is as strict', async () => {
    expectRefusal(await call({ path: '/chat/sessions?page=0' }), 400, /"page" must be/);
  });

  test('an order nobody knows is a 400, a session nobody has a 404', async () => {
    expectRefusal(
      await call({ path: '/chat/history?order=random' }),
      400,
      /"order" must be one of/,
    );
    expectRefusal(await call({ path: '/chat/history?sessionId=nope' }), 404, /session/i);
  });
});

describe('a bad token', () => {
  const claims = () => decodePayload(token);
  const without = (claim: string) => {
    const { [claim]: _gone, ...rest } = claims();
    return rest;
  };
  const signed = (payload: unknown) => forgeToken({ secret: jwtSecret, payload });
  const now = () => Math.floor(Date.now() / 1_000);

  test.each<[what: string, header: () => string | undefined]>([
    ['no header', () => undefined],
    ['an empty header', () => ''],
    ['the scheme alone', () => 'Bearer'],
    ['another scheme', () => `Basic ${Buffer.from('ada:s3cret').toString('base64')}`],
    ['two tokens', () => `Bearer ${token} ${token}`],
    ['no token at all', () => 'Bearer null'],
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
      'the right signature under the name RS256',
      () =>
        `Bearer ${forgeToken({ secret: jwtSecret, claimedAlgorithm: 'RS256', payload: claims() })}`,
    ],
    [
      'another key',
      () =>
        `Bearer ${forgeToken({ secret: 'a key of somebody else, also 32 bytes', payload: claims() })}`,
    ],
    ['an empty key', () => `Bearer ${forgeToken({ secret: '', payload: claims() })}`],
    ['no exp', () => `Bearer ${signed(without('exp'))}`],
    ['no iat', () => `Bearer ${signed(without('iat'))}`],
    ['no sub', () => `Bearer ${signed(without('sub'))}`],
    ['no jti', () => `Bearer ${signed(without('jti'))}`],
    ['an exp of 1e300', () => `Bearer ${signed({ ...claims(), exp: 1e300 })}`],
    ['an exp that is text', () => `Bearer ${signed({ ...claims(), exp: '9999999999' })}`],
    ['an exp below zero', () => `Bearer ${signed({ ...claims(), exp: -1 })}`],
    ['an exp that is over', () => `Bearer ${signed({ ...claims(), exp: now() - 1 })}`],
    [
      'an iat of tomorrow',
      () => `Bearer ${signed({ ...claims(), iat: now() + 86_400, exp: now() + 90_000 })}`,
    ],
    ['a sub that is a number', () => `Bearer ${signed({ ...claims(), sub: 1 })}`],
    ['a payload that is a list', () => `Bearer ${signed([1])}`],
    ['a payload that is null', () => `Bearer ${signed(null)}`],
  ])('%s is a 401', async (_what, header) => {
    const value = header();
    const answer = await sendRaw(url, {
      path: `${basePath}/chat/history`,
      headers: value === undefined ? {} : { Authorization: value },
    });
    expectRefusal(answer, 401, /token/i);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body).not.toContain(token);
  });

  test('a token that was given back stays bad, also with padding', async () => {
    const given = await logIn();
    const headers = { Authorization: `Bearer ${given}` };
    expect((await call({ method: 'POST', path: '/logout', headers })).status).toBe(200);
    for (const spelling of [given, `${given}=`, `${given}==`]) {
      const answer = await call({
        path: '/chat/history',
        headers: { Authorization: `Bearer ${spelling}` },
      });
      expectRefusal(answer, 401, /token/i);
    }
  });
});

describe('a path or method that is not there', () => {
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
    const answer = await sendRaw(url, { method, path });
    expectRefusal(answer, 404, /nothing at this path/i);
  });

  test('a body that nobody wants does not change that', async () => {
    const request = {
      method: 'POST',
      path: '/nope',
      headers: { 'Content-Type': 'application/json' },
    };
    expectRefusal(await sendRaw(url, { ...request, body: '{"broken' }), 404, /nothing at this/);
  });

  test.each(['/%zz', '/api/v1/%c3', '/%'])('a path like %s is a 400', async (path) => {
    expectRefusal(await sendRaw(url, { path }), 400, /percent-encoded/);
  });
});

test('an offer of HTTP/2, as some clients make with every request, does no harm', async () => {
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

describe('what is not HTTP', () => {
  test.each([
    ['a word', 'hello\r\n\r\n'],
    ['a method nobody knows', `BREW ${basePath}/chat HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n'],
  ])('%s is a 400', async (_what, text) => {
    expectRefusal(await sendBytes(url, Buffer.from(text, 'latin1')), 400, /not valid HTTP/);
  });

  test('a request without Host is a 400', async () => {
    const bytes = Buffer.from(`GET ${basePath}/chat/history HTTP/1.1\r\n\r\n`);
    expectRefusal(await sendBytes(url, bytes), 400, /Host/);
  });

  test('an expectation that nobody knows is ignored', async () => {
    const headers = { Expect: 'a miracle', 'Content-Type': 'application/json' };
    expectRefusal(await post('/chat', '{}', headers), 400, /"message" is missing/);
  });

  test('an upgrade elsewhere, and half a handshake, are refused with a sentence', async () => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
    const elsewhere = await sendRaw(url, { path: '/ws/other', headers });
    expectRefusal(elsewhere, 404, /no WebSocket at this path/);
    const half = await sendRaw(url, { path: '/ws/chat?token=x', headers });
    expectRefusal(half, 400, /handshake/);
    expectRefusal(await sendRaw(url, { path: '/ws/chat' }), 400, /WebSockets only/);
  });
});

test('a name that is unknown costs the same work to refuse as a wrong password', async () => {
  const asked: string[] = [];
  const cheap = {
    hash: async (password: string) => `hash of ${password.length}`,
    verify: async (hash: string, password: string) => {
      asked.push(hash);
      return hash === `hash of ${password.length}`;
    },
  };
  const other = await createChatServer({ users: [ada], passwords: cheap });
  try {
    const refuse = (username: string) =>
      other.inject({
        method: 'POST',
        url: `${basePath}/login`,
        payload: { username, password: 'wrong' },
      });
    const known = await refuse('ada');
    const unknown = await refuse('bob');
    const impossible = await refuse('b\u0000b');
    expect([known, unknown, impossible].map(({ statusCode }) => statusCode)).toEqual([
      401, 401, 401,
    ]);
    expect(new Set([known.body, unknown.body, impossible.body]).size).toBe(1);
    expect(asked).toHaveLength(3);
    expect(asked.every((hash) => hash.startsWith('hash of'))).toBe(true);
  } finally {
    await other.close();
  }
});
