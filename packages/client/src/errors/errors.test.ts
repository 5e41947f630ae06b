import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import type { ChatClientOptions } from '../options/client-options.js';
import { errorOf } from '../testing/error-of.js';
import { jwt } from '../testing/jwt.js';
import { type Reaction, ScriptedServer } from '../testing/scripted-server.js';
import { TinyBackend } from '../testing/tiny-backend.js';
import {
  AuthenticationError,
  BadRequestError,
  ChatApiError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
} from './api-errors.js';
import { ChatError } from './chat-error.js';
import { isChatError } from './is-chat-error.js';

describe('an error response', () => {
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
  ] as const)('with status %i has its own class and the code %s', async (status, code, type) => {
    await using server = await ScriptedServer.start(() => ({
      status,
      body: { detail: 'Not like this.' },
      headers: { 'x-request-id': 'req-7', 'set-cookie': 'session=1', 'x-more': 'yes' },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', retry: { limit: 0 } });

    const error = await errorOf(client.chat.send('Hello'));
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(ChatError);
    expect(isChatError(error, code)).toBe(true);
    expect(isChatError(error, 'timeout')).toBe(false);
    expect(error.message).toBe(`POST /chat failed with status ${status}: Not like this.`);
    expect(error.stack).toContain(`${type.name}: POST /chat`);
    expect(error).toMatchObject({ detail: 'Not like this.', requestId: 'req-7', attempts: 1 });
    expect(error.headers['x-more']).toBe('yes');
    expect(inspect(error)).not.toContain('x-more');
    expect(JSON.stringify(error)).not.toContain('x-more');
    expect(error.headers['set-cookie']).toBeUndefined();
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name: type.name, code, status });
  });

  it.each(['', '<html>Bad Gateway</html>', '{"detail":7}', '[]', 'null', '{"error":"x"}'])(
    'without a detail (%s) still has a message',
    async (body) => {
      await using server = await ScriptedServer.start(() => ({ status: 500, body }));
      const client = new ChatClient({ baseUrl: server.url, token: 't' });

      const { message } = await errorOf(client.stats.chat());
      expect(message).toBe('GET /stats/chat failed with status 500: the backend gave no reason.');
    },
  );
});

describe('a response that does not match the contract', () => {
  it.each([
    ['not JSON', 'Hello', '', 'The response must be JSON.'],
    ['empty', '', '', 'The response must be JSON.'],
    ['a list', '[]', '', 'The response must be a JSON object.'],
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

    const error = await errorOf(client.stats.messages());
    expect(error).toMatchObject({ code: 'invalid_response', path, issue });
    expect(error.message).toContain(issue);
  });

  it('is accepted when the application disables validation', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { totalMessages: 'many' } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't', validate: false });

    expect(await client.stats.messages()).toEqual({ totalMessages: 'many' });
  });

  it('may contain fields that the contract does not know', async () => {
    const body = { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3, more: 4 };
    await using server = await ScriptedServer.start(() => ({ body }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await client.stats.messages()).toEqual(body);
  });
});

describe('a response after a redirect', () => {
  it.each([
    ['an error', 301, { status: 404, body: { detail: 'Nothing for GET.' } }],
    ['an invalid body', 302, { body: '<html>' }],
  ])('reports the target of the redirect: %s', async (_, status, response) => {
    const location = '/chat/api/v1/login?next=secret';
    await using server = await ScriptedServer.start(({ query }) =>
      query.has('next') ? response : { status, headers: { location } },
    );
    const credentials = { username: 'ada', password: 's3cret' };
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const { message } = await errorOf(client.login());
    expect(message).toContain(
      `POST /login (redirected to ${server.url}/chat: is that the correct "baseUrl"?) `,
    );
    expect(message).not.toContain('next');
  });
});

describe('redaction', () => {
  const password = 'Tr0ub4dor&3 ü';
  const token = jwt({ sub: 'ada', iat: 1, exp: 3601 });
  const opaque = 'opaque-token-of-the-application';
  const secrets = [password, encodeURIComponent(password), token, opaque];

  /** Everything that a program may print of a value. */
  function printed(value: unknown): string {
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
  const scenarios: Record<string, { after: Reaction; login?: Reaction }> = {
    'a backend that echoes secrets in a 400': { after: echoing(400) },
    'a backend that echoes secrets in a 401': { after: echoing(401) },
    'a backend that echoes secrets in a 500': { after: echoing(500) },
    'a login that echoes secrets': { after: expired, login: echoing(401) },
    'a login with an invalid response': {
      after: expired,
      login: { body: { access_token: 7, token_type: token } },
    },
    'a login with an invalid token': {
      after: expired,
      login: { body: { access_token: `${token} ${token}`, token_type: 'bearer' } },
    },
    'a lost connection': { after: 'cut' },
    'an invalid response': {
      after: {
        body: { response: token, messages: password },
        headers: { 'x-request-id': `Bearer ${opaque}` },
      },
    },
  };

  it.each(Object.entries(scenarios))(
    'keeps secrets out of errors and logs: %s',
    async (_, scenario) => {
      const log: unknown[] = [];
      const write = (...parts: unknown[]) => void log.push(parts);
      const contexts: unknown[] = [];
      const hook = (context: unknown) => void contexts.push(context);
      const backend = new TinyBackend({ token: () => token });
      await using server = await ScriptedServer.start((request) =>
        request.path === '/login' ? (scenario.login ?? backend.script(request)) : scenario.after,
      );
      const client = new ChatClient({
        baseUrl: server.url,
        credentials: { username: 'ada', password },
        token: opaque,
        logger: { debug: write, info: write, warn: write, error: write },
        hooks: { onRequest: hook, onResponse: hook, onRetry: hook, onTokenRefreshed: hook },
        retry: { minDelayMs: 0, maxDelayMs: 0 },
      });

      const errors = [
        await errorOf(client.chat.send('Hello')),
        // In some cases these two succeed.
        await client.stats.chat().catch((error: unknown) => error),
        await client.logout().catch((error: unknown) => error),
      ];
      expect(errors[0]).toBeInstanceOf(ChatError);
      expectClean(errors.map(printed).join('\n'));
      expectClean(inspect(log, { depth: null }));
      expectClean(inspect(contexts, { depth: null }));
      expectClean(printed(client));
      expectClean(JSON.stringify(client));
    },
  );

  it("redacts the error of the application's fetch", async () => {
    const fetch: ChatClientOptions['fetch'] = async (_, init) => {
      const cause = Object.assign(new Error(`sent ${init.headers.authorization}`), { init });
      throw Object.assign(new Error(`failed with ${opaque}`, { cause }), { request: init });
    };
    const client = new ChatClient({ baseUrl: 'http://localhost', token: opaque, fetch });

    const error = await errorOf(client.chat.send('Hello'));
    expect(error).toMatchObject({ code: 'connection_failed' });
    expect(error.cause.message).toBe('failed with [redacted]');
    expect(error.cause.cause.message).toBe('sent Bearer [redacted]');
    expectClean(printed(error));
  });

  it.each([
    ['wrong', 'The username or the password is wrong.'],
    ['password', 'The username or the password is wrong.'],
    ['page', 'Query parameter "page" must be a whole number from 1 to 100.'],
    ['demo', 'Error: demo=demo.invalid was not found.'],
  ])('does not reveal a common password by a gap in a sentence: %s', async (word, detail) => {
    await using server = await ScriptedServer.start(() => ({ status: 401, body: { detail } }));
    const credentials = { username: 'ada', password: word };
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await expect(client.login()).rejects.toMatchObject({ detail });
  });

  it.each([
    ['s3cret', "Wrong password 's3cret' for ada.", "Wrong password '[redacted]' for ada."],
    ['hunter2', 'hunter2 is not it.', '[redacted] is not it.'],
  ])('redacts an uncommon password in a sentence: %s', async (password, original, detail) => {
    await using server = await ScriptedServer.start(() => ({
      status: 401,
      body: { detail: original },
    }));
    const client = new ChatClient({
      baseUrl: server.url,
      credentials: { username: 'ada', password },
    });

    await expect(client.login()).rejects.toMatchObject({ detail });
  });

  it.each(['wrong', 'a', 'pa"ss\\word-long', '$& (.*)', 'abc\ud800def'])(
    'redacts the password in a repeated request: %j',
    async (word) => {
      const fetch: ChatClientOptions['fetch'] = async (_, init) => {
        const form = new URLSearchParams(JSON.parse(init.body ?? ''));
        throw new Error(`${init.body} { password: '${word}' } ${form}`);
      };
      const credentials = { username: 'ada', password: word };
      const retry = { limit: 1, minDelayMs: 1 };
      const client = new ChatClient({ baseUrl: 'http://localhost', credentials, fetch, retry });

      const error = await errorOf(client.login());
      expect(error.cause.message).toContain(
        '{"username":"ada","password":"[redacted]"} { password: \'[redacted]\' }',
      );
      if (!word.includes(' ')) expect(error.cause.message).toContain('password=[redacted]');
    },
  );

  it('redacts all of a secret that starts with another secret', async () => {
    const prefix = 'tok-abc-';
    const echo = { status: 400, body: { detail: `Not ${prefix}remainder, not ${prefix}.` } };
    await using server = await ScriptedServer.start(() => echo);
    const credentials = { username: 'ada', password: prefix };
    const token = `${prefix}remainder`;
    const client = new ChatClient({ baseUrl: server.url, credentials, token });

    const error = await errorOf(client.stats.chat());
    expect(error.detail).toBe('Not [redacted], not [redacted].');
  });

  it('keeps secrets out of option errors', () => {
    const invalidOptions: unknown[] = [
      { baseUrl: `https://ada:${opaque}@chat.example.com`, token: 't' },
      { baseUrl: `ftp://${opaque}`, token: 't' },
      { baseUrl: `https://chat.example.com?token=${opaque}`, token: 't' },
      { baseUrl: 'https://chat.example.com', token: `${opaque}\n` },
      { baseUrl: 'https://chat.example.com', credentials: { username: 7, password } },
    ];
    for (const options of invalidOptions) {
      let error: unknown;
      try {
        new ChatClient(options as ChatClientOptions);
      } catch (thrown) {
        error = thrown;
      }
      expect(isChatError(error, 'invalid_option')).toBe(true);
      expectClean(printed(error));
    }
  });
});
