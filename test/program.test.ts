import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@chat/server';
import { ServerProcess, type ServerProcessOptions, whenClosed } from '@chat/test-support';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { openConnection } from './support/raw-http.js';

// Each test starts processes, which is slow on a busy machine.
const jwtSecret = 'a secret of at least thirty-two bytes';
const running = new Set<ServerProcess>();
let directory: string;
let data: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chat-program-'));
  data = join(directory, 'chat.db');
});

afterEach(async () => {
  for (const program of running) program.signal('SIGKILL');
  await Promise.all([...running].map((program) => program.exit()));
  running.clear();
  await rm(directory, { recursive: true });
});

function run(args: readonly string[], options?: ServerProcessOptions): ServerProcess {
  const program = ServerProcess.run(args, { timeoutMs: 60_000, ...options });
  running.add(program);
  return program;
}

/** Resolves with the URL of the program once it listens. */
async function listening(program: ServerProcess): Promise<string> {
  await program.ready();
  return program.url;
}

/** Runs the program on a free port, with the data of this test and one user. */
function serve(
  args: readonly string[] = [],
  environment: ServerProcessOptions['environment'] = {},
) {
  return run(['--port', '0', '--data', data, '--user', 'ada:s3cret', ...args], {
    environment: { CHAT_JWT_SECRET: jwtSecret, ...environment },
  });
}

async function post(url: string, path: string, body: unknown, token?: string): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

async function logIn(url: string, username = 'ada', password = 's3cret'): Promise<string> {
  const response = await post(url, '/login', { username, password });
  expect(response.status).toBe(200);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function history(url: string, token: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/chat/history?order=asc&pageSize=100`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const { messages } = (await response.json()) as { messages: { content: string }[] };
  return messages.map(({ content }) => content);
}

async function connectSocket(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  await once(socket, 'message');
  return socket;
}

describe('started', () => {
  test('prints one line with its URL and serves the API', async () => {
    const program = serve();
    const url = await listening(program);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(program.stdout).toBe(`Chat server listening on ${url}\n`);
    const token = await logIn(url);
    expect((await post(url, '/chat', { message: 'Hi' }, token)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    const { stderr } = program;
    for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('warns when it generates a secret and when it adds a demo user', async () => {
    const program = run(['start', '--port', '0', '--data', ':memory:', '--demo']);
    const url = await listening(program);
    await logIn(url, 'demo', 'demo');
    // Without a terminal the warnings are in the log only.
    await expect.poll(() => program.stderr).toMatch(/CHAT_JWT_SECRET is not set/);
    expect(program.stderr).toMatch(/user \\"demo\\".*do not use it in production/);
    expect(program.stdout).toBe(`Chat server listening on ${url}\n`);
  });

  test('warns when there are no users', async () => {
    const program = run(['--port', '0', '--data', ':memory:']);
    await listening(program);
    const warning = /There are no users, so nobody can log in: add one with --user/;
    await expect.poll(() => program.stderr).toMatch(warning);
    const withUser = serve();
    await listening(withUser);
    expect(withUser.stderr).not.toMatch(warning);
  });

  test('prints only its URL when the log level is silent', async () => {
    const program = run(['--port', '0', '--data', ':memory:', '--log-level', 'silent']);
    const url = await listening(program);
    expect(program.stdout).toBe(`Chat server listening on ${url}\n`);
    expect(program.stderr).toBe('');
  });

  test('has no demo user without --demo', async () => {
    const url = await listening(serve());
    const response = await post(url, '/login', { username: 'demo', password: 'demo' });
    expect(response.status).toBe(401);
  });

  test('reads settings from the environment and prefers flags', async () => {
    const environment = {
      CHAT_PORT: '0',
      CHAT_DATA: ':memory:',
      CHAT_USER: 'ada:s3cret,bob:p4ss',
      CHAT_LOGINS_PER_MINUTE: '1',
      CHAT_MESSAGES_PER_MINUTE: '',
      CHAT_METRICS: 'off',
    };
    const program = run(['--logins-per-minute', '2'], { environment });
    const url = await listening(program);
    await logIn(url);
    await logIn(url, 'bob', 'p4ss');
    const third = await post(url, '/login', { username: 'ada', password: 's3cret' });
    expect(third.status).toBe(429);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  test('warns about a variable with a misspelled name', async () => {
    const program = serve([], { CHAT_PROT: '1' });
    await listening(program);
    expect(program.stderr).toContain('CHAT_PROT is not a setting and is ignored.');
    expect(program.stderr).toContain('Did you mean CHAT_PORT?');
  });

  test('serves the files of a directory and the API', async () => {
    await writeFile(join(directory, 'index.html'), '<h1>Chat</h1>');
    await writeFile(join(directory, '.secret'), 'x');
    const url = await listening(serve(['--static', directory]));
    const page = await fetch(url);
    expect(await page.text()).toBe('<h1>Chat</h1>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await fetch(`${url}/.secret`)).status).toBe(404);
    const missing = await fetch(`${url}/api/v1/nope`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({ detail: expect.any(String) });
  });
});

describe('an invalid setting prints one line and exits with 2', () => {
  test.each<[what: string, args: string[], environment: Record<string, string>, message: RegExp]>([
    [
      'a port',
      ['--port', 'abc'],
      {},
      /--port or CHAT_PORT is invalid: expected a whole number from 0 to 65535/,
    ],
    [
      'a port in the environment',
      [],
      { CHAT_PORT: '70000' },
      /CHAT_PORT is invalid: .*received "70000"/,
    ],
    [
      'a short secret',
      [],
      { CHAT_JWT_SECRET: 'hunter2' },
      /CHAT_JWT_SECRET is invalid: .* at least 32/,
    ],
    [
      'a proxy setting that trusts every address',
      ['--trust-proxy', 'true'],
      {},
      /CHAT_TRUST_PROXY is invalid: expected the number/,
    ],
    ['an origin with a path', ['--cors-origin', 'https://a.example/x'], {}, /expected an origin/],
    [
      'a user without password',
      ['--user', 'hunter2'],
      {},
      /--user or CHAT_USER is invalid: expected name:pass/,
    ],
    [
      'a switch that is neither on nor off',
      [],
      { CHAT_DEMO: 'maybe' },
      /CHAT_DEMO is invalid: expected on or off/,
    ],
    ['an unknown time zone', ['--time-zone', 'Mars/Base'], {}, /expected the IANA name/],
    ['a rate limit of zero', ['--messages-per-minute', '0'], {}, /expected a whole number from 1/],
    [
      'an argument after start',
      ['start', 'extra'],
      {},
      /"start" has options only.*received "extra"/,
    ],
    [
      'an empty host',
      ['--host', ''],
      {},
      /--host or CHAT_HOST is invalid: expected a text of at least one/,
    ],
    [
      'an unknown command',
      ['strat'],
      {},
      /Command "strat" is unknown: expected one of start, user/,
    ],
    ['an unknown flag', ['--prot', '1'], {}, /unknown option '--prot' \(Did you mean --port\?\)/],
    [
      'a directory that does not exist',
      ['--static', '/nowhere/at/all'],
      {},
      /expected a directory/,
    ],
    ['a directory as the data file', ['--data', tmpdir()], {}, /it is a folder/],
  ])('%s', async (_what, args, environment, message) => {
    const program = run(args, { environment });
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toMatch(message);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
    expect(program.stderr).toMatch(/^chat-server: /);
    expect(program.stderr).not.toContain('hunter2');
    expect(program.stdout).toBe('');
  });

  test('a port in use prints one line and exits with 1', async () => {
    const taken = new URL(await listening(serve())).port;
    const program = run(['--port', taken, '--data', ':memory:', '--log-level', 'silent']);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toMatch(/^chat-server: Port \d+ of 127\.0\.0\.1 is in use: .*\n$/);
  });
});

describe('a killed server', () => {
  test('has every acknowledged message and every user after a restart', async () => {
    const first = serve();
    const url = await listening(first);
    const token = await logIn(url);
    const acknowledged: string[] = [];
    const sending = (async () => {
      for (let n = 0; n < 10_000; n += 1) {
        const response = await post(url, '/chat', { message: `Message ${n}` }, token);
        if (response.status === 200) acknowledged.push(`Message ${n}`);
        if (n === 20) first.signal('SIGKILL');
      }
    })();
    await expect(sending).rejects.toThrow();
    expect(await first.exit()).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);

    const again = await listening(serve());
    // The secret is the same, so the token is still valid.
    const stored = await history(again, token);
    for (const message of acknowledged) {
      expect(stored.filter((content) => content === message)).toHaveLength(2);
    }
  });
});

describe('the SQLite file', () => {
  test('is used by one server at a time, and is free after that server is killed', async () => {
    const first = serve();
    await listening(first);
    const second = serve();
    expect(await second.exit()).toBe(2);
    expect(second.stderr).toMatch(
      /^chat-server: The database ".*" is in use by another server: .*\n$/,
    );
    first.signal('SIGKILL');
    await first.exit();
    const token = await logIn(await listening(serve()));
    expect(token).not.toBe('');
  });

  test('that was deleted makes the server not ready and is reported in the log', async () => {
    const program = serve();
    const url = await listening(program);
    const token = await logIn(url);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await rm(data);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await post(url, '/chat', { message: 'lost?' }, token)).status).toBe(503);
    await expect.poll(() => program.stderr).toContain('was deleted or replaced');
  });
});

describe('the demo user', () => {
  test('cannot log in after a restart without --demo, and its messages stay stored', async () => {
    const demo = { username: 'demo', password: 'demo' };
    const first = serve(['--demo']);
    const token = await logIn(await listening(first), 'demo', 'demo');
    await post(first.url, '/chat', { message: 'kept' }, token);
    first.signal('SIGTERM');
    await first.exit();
    const second = serve();
    expect((await post(await listening(second), '/login', demo)).status).toBe(401);
    second.signal('SIGTERM');
    await second.exit();
    const third = serve(['--demo']);
    const again = await logIn(await listening(third), 'demo', 'demo');
    expect(await history(third.url, again)).toContain('kept');
    const wrong = { username: 'demo', password: 'wrong' };
    expect((await post(third.url, '/login', wrong)).status).toBe(401);
  });
});

describe('on SIGTERM', () => {
  test('finishes requests in progress, rejects new ones, closes sockets with 1012 and exits with 0', async () => {
    const program = serve(['--lame-duck-ms', '2000']);
    const url = await listening(program);
    const token = await logIn(url);
    const socket = await connectSocket(url, token);
    const closed = whenClosed(socket);
    const sent = Array.from({ length: 20 }, (_, n) =>
      post(url, '/chat', { message: `Message ${n}` }, token),
    );
    await sent[0];
    program.signal('SIGTERM');
    // The server either processes a request completely or rejects it with Retry-After.
    for (const response of await Promise.all(sent)) {
      expect([200, 503]).toContain(response.status);
      if (response.status === 503) expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await closed)[0]).toBe(1012);
    expect(await program.exit()).toBe(0);
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  test('exits with 0 although peers do not read, finish their requests or respond', async () => {
    const program = serve(['--drain-timeout-ms', '300']);
    const url = await listening(program);
    const token = await logIn(url);
    const paused = await openConnection(url);
    paused.write(
      `GET /ws/chat?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(paused, 'data');
    paused.pause();
    const halfHead = await openConnection(url);
    halfHead.write('GET /readyz HTTP/1.1\r\nX-Half: ');
    const halfBody = await openConnection(url);
    halfBody.write(
      `POST /api/v1/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    const idle = await openConnection(url);
    for (const connection of [paused, halfHead, halfBody, idle]) connection.on('error', () => {});
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    for (const connection of [paused, halfHead, halfBody, idle]) connection.destroy();
  });

  test('exits at once on a second signal', async () => {
    const program = serve();
    const url = await listening(program);
    const stuck = await openConnection(url);
    stuck.on('error', () => {});
    stuck.write('GET /readyz HTTP/1.1\r\nX-Half: ');
    program.signal('SIGTERM');
    await expect.poll(() => program.stderr).toContain('Stopping');
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(1);
    stuck.destroy();
  });
});

describe('the other commands', () => {
  test('user add reads the password from stdin, also while the server runs', async () => {
    const url = await listening(serve());
    const add = run(['user', 'add', 'bob', '--data', data], { stdin: 'p4ss wörd\n' });
    expect(await add.exit()).toBe(0);
    expect(add.stdout).toBe(`Added user "bob" to ${data}.\n`);
    await logIn(url, 'bob', 'p4ss wörd');
    const again = run(['user', 'add', 'bob', '--data', data], { stdin: 'other' });
    expect(await again.exit()).toBe(1);
    expect(again.stderr).toBe(`chat-server: User "bob" already exists in ${data}.\n`);
    const inMemory = run(['user', 'add', 'bob', '--data', ':memory:'], { stdin: 'other' });
    expect(await inMemory.exit()).toBe(2);
    expect(inMemory.stderr).toMatch(
      /--data or CHAT_DATA is invalid: expected a file, received ":memory:"\.\n$/,
    );
    const empty = run(['user', 'add', 'eve', '--data', data]);
    expect(await empty.exit()).toBe(1);
    expect(empty.stderr).toBe('chat-server: A password must not be empty.\n');
  });

  test('user password changes the password and revokes earlier tokens while the server runs', async () => {
    const url = await listening(serve());
    const old = await logIn(url);
    const change = run(['user', 'password', 'ada', '--data', data], { stdin: 'n3w\n' });
    expect(await change.exit()).toBe(0);
    expect(change.stdout).toBe(
      `Changed the password of user "ada" in ${data}; earlier tokens are revoked.\n`,
    );
    await expect
      .poll(async () => (await post(url, '/chat', { message: 'Hello' }, old)).status)
      .toBe(401);
    expect((await post(url, '/login', { username: 'ada', password: 's3cret' })).status).toBe(401);
    const token = await logIn(url, 'ada', 'n3w');
    expect((await post(url, '/chat', { message: 'Hello' }, token)).status).toBe(200);
    const unknownUser = run(['user', 'password', 'eve', '--data', data], { stdin: 'n3w' });
    expect(await unknownUser.exit()).toBe(1);
    expect(unknownUser.stderr).toBe(
      `chat-server: User "eve" does not exist in ${data}: add it with "chat-server user add".\n`,
    );
    const misspelt = `${data}x`;
    const noDatabase = run(['user', 'password', 'ada', '--data', misspelt], { stdin: 'n3w' });
    expect(await noDatabase.exit()).toBe(1);
    expect(noDatabase.stderr).toBe(
      `chat-server: Database "${misspelt}" does not exist: set --data or CHAT_DATA to the file of the server.\n`,
    );
    expect(existsSync(misspelt)).toBe(false);
  });

  test('user add rejects a password as an argument', async () => {
    const add = run(['user', 'add', 'bob', 'p4ss', '--data', data]);
    expect(await add.exit()).toBe(2);
    expect(add.stderr).toMatch(/too many arguments/);
  });

  test('backup copies the data of a running server to a new file, which can be restored', async () => {
    const program = serve();
    const url = await listening(program);
    const token = await logIn(url);
    await post(url, '/chat', { message: 'Keep me' }, token);
    const copy = join(directory, 'copy.db');
    const save = run(['backup', copy, '--data', data]);
    await post(url, '/chat', { message: 'Meanwhile' }, token);
    expect(await save.exit()).toBe(0);
    await post(url, '/chat', { message: 'Later' }, token);
    const again = run(['backup', copy, '--data', data]);
    expect(await again.exit()).toBe(1);
    expect(again.stderr).toMatch(/exists: name a new file/);

    // The steps of docs/operations/backup.md. The killed server left its -wal and -shm files.
    program.signal('SIGKILL');
    await program.exit();
    expect(existsSync(`${data}-wal`)).toBe(true);
    await copyFile(copy, data);
    await Promise.all(['-wal', '-shm'].map((end) => rm(data + end)));
    const restored = serve();
    const contents = await history(await listening(restored), token);
    expect(contents).toContain('Keep me');
    expect(contents).not.toContain('Later');
    restored.signal('SIGTERM');
    expect(await restored.exit()).toBe(0);
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  test('backup without a database creates no file', async () => {
    const save = run(['backup', join(directory, 'copy.db'), '--data', data]);
    expect(await save.exit()).toBe(1);
    expect(save.stderr).toMatch(/Database ".*" does not exist/);
    expect(existsSync(join(directory, 'copy.db'))).toBe(false);
  });

  test('openapi prints the document that the server serves', async () => {
    const print = run(['openapi']);
    expect(await print.exit()).toBe(0);
    const url = await listening(serve());
    const served = await fetch(`${url}/openapi.json`);
    expect(JSON.parse(print.stdout)).toEqual(await served.json());
  });

  test('openapi exits with 0 when the reader closes the pipe', async () => {
    const program = run(['openapi']);
    program.closeStdout();
    expect(await program.exit()).toBe(0);
    expect(program.stderr).toBe('');
  });

  test('asyncapi prints the document of the WebSocket', async () => {
    const print = run(['asyncapi']);
    expect(await print.exit()).toBe(0);
    expect(JSON.parse(print.stdout)).toMatchObject({ asyncapi: expect.stringMatching(/^3\./) });
  });

  test('--help lists every command, flag and variable', async () => {
    const help = run(['--help']);
    expect(await help.exit()).toBe(0);
    for (const word of [
      'start',
      'user',
      'backup',
      'openapi',
      'asyncapi',
      '--port',
      'CHAT_PORT',
      '--demo',
    ]) {
      expect(help.stdout).toContain(word);
    }
    for (const word of ['CHAT_JWT_SECRET', 'CHAT_TRUST_PROXY', '--token-lifetime-ms']) {
      expect(help.stdout).toContain(word);
    }
  });
});
