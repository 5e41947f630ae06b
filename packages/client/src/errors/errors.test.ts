import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { ChatClient } from '../client.js';
import type { ChatClientOptions } from '../options.js';
import { jwt } from '../testing/jwt.js';
import { type Reaction, ScriptedServer } from '../testing/scripted-server.js';
import { TinyBackend } from '../testing/tiny-backend.js';
import { AuthenticationError } from './authentication-error.js';
import { BadRequestError } from './bad-request-error.js';
import { ChatApiError } from './chat-api-error.js';
import { ChatError } from './chat-error.js';
import { isChatError } from './is-chat-error.js';
import { NotFoundError } from './not-found-error.js';
import { PermissionDeniedError } from './permission-denied-error.js';
import { RateLimitError } from './rate-limit-error.js';
import { ServerError } from './server-error.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

describe('a refusal', () => {
  it.each([
    [400, 'bad_request', BadRequestError],
    [401, 'authentication_failed', AuthenticationError],
    [403, 'permission_denied', PermissionDeniedError],
    [404, 'not_found', NotFoundError],
    [409, 'api_error', ChatApiError],
    [413, 'api_error', ChatApiError],
    [429, 'rate_limited', RateLimitError],
    [500, 'server_error', ServerError],
    [503, 'server_error', ServerError],
  ] as const)('with %i is told by its class and by the code %s', async (status, code, type) => {
    await using server = await ScriptedServer.start(() => ({
      status,
      body: { detail: 'Not like this.' },
      headers: { 'x-request-id': 'req-7', 'set-cookie': 'session=1', 'x-more': 'yes' },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', retry: { limit: 0 } });

    const error = await failure(client.chat.send('Hello'));
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(ChatError);
    expect(isChatError(error, code)).toBe(true);
    expect(isChatError(error, 'timeout')).toBe(false);
    expect(error.message).toBe(`POST /chat was answered with ${status}: Not like this.`);
    expect(error.stack).toContain(`${type.name}: POST /chat`);
    expect(error).toMatchObject({ detail: 'Not like this.', requestId: 'req-7', attempts: 1 });
    expect(error.headers['x-more']).toBe('yes');
    expect(inspect(error)).not.toContain('x-more');
    expect(JSON.stringify(error)).not.toContain('x-more');
    expect(error.headers['set-cookie']).toBeUndefined();
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: type.name, code, status });
  });

  it.each(['', '<html>Bad Gateway</html>', '{"detail":7}', '[]', 'null', '{"error":"x"}'])(
    'without a sentence of its own (%s) is told all the same',
    async (body) => {
      await using server = await ScriptedServer.start(() => ({ status: 500, body }));
      const client = new ChatClient({ baseUrl: server.url, token: 't' });

      const { message } = await failure(client.stats.chat());
      expect(message).toBe('GET /stats/chat was answered with 500: the backend gave no reason.');
    },
  );
});

describe('an answer that does not fit the contract', () => {
  it.each([
    ['not JSON', 'Hello', '', 'The answer must be JSON.'],
    ['empty', '', '', 'The answer must be JSON.'],
    ['a list', '[]', '', 'The answer must be a JSON object.'],
    [
      'a field that is missing',
      '{"todayMessages":1,"totalMessages":2}',
      'avgMessagesPerChat',
      'Field "avgMessagesPerChat" is missing: it must be a number.',
    ],
    [
      'a field of another type',
      '{"todayMessages":"1","totalMessages":2,"avgMessagesPerChat":3}',
      'todayMessages',
      'Field "todayMessages" must be a number.',
    ],
  ])('is reported: %s', async (_, body, path, issue) => {
    await using server = await ScriptedServer.start(() => ({ body }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const error = await failure(client.stats.messages());
    expect(error).toMatchObject({ code: 'invalid_response', path, issue });
    expect(error.message).toContain(issue);
  });

  it('is let through when the application does not want it checked', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { totalMessages: 'many' } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', validate: false });

    expect(await client.stats.messages()).toEqual({ totalMessages: 'many' });
  });

  it('may hold more than the contract knows', async () => {
    const body = { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3, more: 4 };
    await using server = await ScriptedServer.start(() => ({ body }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const { more: _, ...known } = body;
    expect(await client.stats.messages()).toEqual(known);
  });
});

describe('an answer from where a redirect led', () => {
  it.each([
    ['a refusal', 301, { status: 404, body: { detail: 'Nothing for GET.' } }],
    ['one that does not fit', 302, { body: '<html>' }],
  ])('tells where it came from: %s', async (_, status, answer) => {
    await using other = await ScriptedServer.start(() => answer);
    const location = `${other.url}/chat/api/v1/login?next=secret`;
    await using server = await ScriptedServer.start(() => ({ status, headers: { location } }));
    const credentials = { username: 'ada', password: 's3cret' };
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const { message } = await failure(client.login());
    expect(message).toContain(
      `POST /login (redirected to ${other.url}/chat: should that be the "baseUrl"?) `,
    );
    expect(message).not.toContain('next');
  });
});

describe('isChatError', () => {
  it('knows the errors of another copy of the package', async () => {
    vi.resetModules();
    const other = await import('./timeout-error.js');
    const error = new other.TimeoutError('The call', 5);
    expect(error).not.toBeInstanceOf(ChatError);
    expect(isChatError(error)).toBe(true);
    expect(isChatError(error, 'timeout')).toBe(true);
  });

  it.each([undefined, null, 'text', 7, new Error('other'), { code: 'timeout' }])(
    'is false for %s',
    (value) => {
      expect(isChatError(value)).toBe(false);
    },
  );
});

describe('no secret', () => {
  const password = 'Tr0ub4dor&3 ü';
  const token = jwt({ sub: 'ada', iat: 1, exp: 3601 });
  const opaque = 'opaque-token-of-the-application';
  const secrets = [password, encodeURIComponent(password), token, opaque];

  /** Everything that a program may show of a value. */
  function shown(value: unknown): string {
    const parts = [inspect(value, { depth: null, showHidden: true, getters: true })];
    for (let error = value; error instanceof Error; error = error.cause) {
      parts.push(String(error), error.stack ?? '', JSON.stringify(error), inspect(error));
    }
    return parts.join('\n');
  }

  function expectClean(text: string) {
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  }

  const echo = `Wrong: ${password} ${token} ${opaque} Bearer ${token} ?token=${opaque}`;
  const echoing = (status: number): Reaction => ({
    status,
    body: { detail: echo },
    headers: { 'x-request-id': opaque, 'x-echo': `Bearer ${token}` },
  });

  const expired: Reaction = { status: 401 };
  const worlds: Record<string, { after: Reaction; login?: Reaction }> = {
    'a backend that repeats them in a 400': { after: echoing(400) },
    'a backend that repeats them in a 401': { after: echoing(401) },
    'a backend that repeats them in a 500': { after: echoing(500) },
    'a login that repeats them': { after: expired, login: echoing(401) },
    'a login that answers nonsense': {
      after: expired,
      login: { body: { access_token: 7, token_type: token } },
    },
    'a login whose token cannot be sent': {
      after: expired,
      login: { body: { access_token: `${token} ${token}`, token_type: 'bearer' } },
    },
    'a broken line': { after: 'cut' },
    'an answer that does not fit': {
      after: {
        body: { response: token, messages: password },
        headers: { 'x-request-id': `Bearer ${opaque}` },
      },
    },
  };

  it.each(Object.entries(worlds))('stands in an error or a log line: %s', async (_, world) => {
    const log: unknown[] = [];
    const line = (...parts: unknown[]) => void log.push(parts);
    const told: unknown[] = [];
    const tell = (state: unknown) => void told.push(state);
    const backend = new TinyBackend({ token: () => token });
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' ? (world.login ?? backend.script(request)) : world.after,
    );
    const client = new ChatClient({
      baseUrl: server.url,
      credentials: { username: 'ada', password },
      token: opaque,
      logger: { debug: line, info: line, warn: line, error: line },
      hooks: { onRequest: tell, onResponse: tell, onRetry: tell, onTokenRefreshed: tell },
      retry: { minDelayMs: 0, maxDelayMs: 0 },
    });

    const errors = [
      await failure(client.chat.send('Hello')),
      await failure(client.stats.chat()),
      await failure(client.logout()),
    ];
    expect(errors[0]).toBeInstanceOf(ChatError);
    expectClean(errors.map(shown).join('\n'));
    expectClean(inspect(log, { depth: null }));
    expectClean(inspect(told, { depth: null }));
    expectClean(shown(client));
    expectClean(JSON.stringify(client));
  });

  it('stands in what a fetch of the application throws', async () => {
    const fetch: ChatClientOptions['fetch'] = async (_, init) => {
      const cause = Object.assign(new Error(`sent ${init.headers.authorization}`), { init });
      throw Object.assign(new Error(`failed with ${opaque}`, { cause }), { request: init });
    };
    const client = new ChatClient({ baseUrl: 'http://localhost', token: opaque, fetch });

    const error = await failure(client.chat.send('Hello'));
    expect(error).toMatchObject({ code: 'connection_failed' });
    expect(error.cause.message).toBe('failed with [redacted]');
    expect(error.cause.cause.message).toBe('sent Bearer [redacted]');
    expectClean(shown(error));
  });

  it.each([
    ['wrong', 'The username or the password is wrong.'],
    ['password', 'The username or the password is wrong.'],
    ['page', 'Query parameter "page" must be a whole number from 1 to 100.'],
    ['demo', 'Error: demo=demo.invalid was not found.'],
  ])('is guessed from a sentence with a gap: %s', async (word, detail) => {
    await using server = await ScriptedServer.start(() => ({ status: 401, body: { detail } }));
    const credentials = { username: 'ada', password: word };
    const client = new ChatClient({ baseUrl: server.url, credentials });

    expect(await failure(client.login())).toMatchObject({ detail });
  });

  it.each([
    ['s3cret', "Wrong password 's3cret' for ada.", "Wrong password '[redacted]' for ada."],
    ['hunter2', 'hunter2 is not it.', '[redacted] is not it.'],
  ])('is taken out of a sentence when it is no plain word: %s', async (password, said, detail) => {
    await using server = await ScriptedServer.start(() => ({
      status: 401,
      body: { detail: said },
    }));
    const client = new ChatClient({
      baseUrl: server.url,
      credentials: { username: 'ada', password },
    });

    expect(await failure(client.login())).toMatchObject({ detail });
  });

  it.each(['wrong', 'a', 'pa"ss\\word-long', '$& (.*)', 'abc\ud800def'])(
    'stands where a request is repeated: %j',
    async (word) => {
      const fetch: ChatClientOptions['fetch'] = async (_, init) => {
        const form = new URLSearchParams(JSON.parse(init.body ?? ''));
        throw new Error(`${init.body} { password: '${word}' } ${form}`);
      };
      const credentials = { username: 'ada', password: word };
      const client = new ChatClient({ baseUrl: 'http://localhost', credentials, fetch });

      const error = await failure(client.login());
      expect(error.cause.message).toContain(
        '{"username":"ada","password":"[redacted]"} { password: \'[redacted]\' }',
      );
      if (!word.includes(' ')) expect(error.cause.message).toContain('password=[redacted]');
    },
  );

  it('leaves the rest of another to be seen that begins with it', async () => {
    const beginning = 'tok-abc-';
    const echo = { status: 400, body: { detail: `Not ${beginning}remainder, not ${beginning}.` } };
    await using server = await ScriptedServer.start(() => echo);
    const credentials = { username: 'ada', password: beginning };
    const token = `${beginning}remainder`;
    const client = new ChatClient({ baseUrl: server.url, credentials, token });

    const error = await failure(client.stats.chat());
    expect(error.detail).toBe('Not [redacted], not [redacted].');
  });

  it('stands in the complaint about an option', () => {
    const wrong: unknown[] = [
      { baseUrl: `https://ada:${opaque}@chat.example.com`, token: 't' },
      { baseUrl: `ftp://${opaque}`, token: 't' },
      { baseUrl: `https://chat.example.com?token=${opaque}`, token: 't' },
      { baseUrl: 'https://chat.example.com', token: `${opaque}\n` },
      { baseUrl: 'https://chat.example.com', credentials: { username: 7, password } },
    ];
    for (const options of wrong) {
      let error: unknown;
      try {
        new ChatClient(options as ChatClientOptions);
      } catch (thrown) {
        error = thrown;
      }
      expect(isChatError(error, 'invalid_option')).toBe(true);
      expectClean(shown(error));
    }
  });
});
