import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@chat/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ChatProgram, type ProgramOptions } from './support/chat-program.js';
import { openLine } from './support/raw-http.js';

// Each test starts processes, and a busy machine takes its time for that.
const jwtSecret = 'a secret of at least thirty-two bytes';
const running = new Set<ChatProgram>();
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

function run(args: readonly string[], options?: ProgramOptions): ChatProgram {
  const program = new ChatProgram(args, options);
  running.add(program);
  return program;
}

/** The program on a free port, with our data and a user. */
function serve(args: readonly string[] = [], environment: ProgramOptions['environment'] = {}) {
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
  const answer = await post(url, '/login', { username, password });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function history(url: string, token: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/chat/history?order=asc&pageSize=100`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const { messages } = (await answer.json()) as { messages: { content: string }[] };
  return messages.map(({ content }) => content);
}

async function dial(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  await once(socket, 'message');
  return socket;
}

describe('started', () => {
  test('says one readable line with the URL, and serves it', async () => {
    const program = serve();
    const url = await program.url();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(program.stdout).toBe(`Chat server listening on ${url}\n`);
    const token = await logIn(url);
    expect((await post(url, '/chat', { message: 'Hi' }, token)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    const { stderr } = program;
    for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('says so when it makes up a secret, and when it adds a demo user', async () => {
    const program = run(['start', '--port', '0', '--data', ':memory:', '--demo']);
    const url = await program.url();
    await logIn(url, 'demo', 'demo');
    // Once, and where no terminal reads along, in the log.
    await expect.poll(() => program.stderr).toMatch(/CHAT_JWT_SECRET is not set/);
    expect(program.stderr).toMatch(/user \\"demo\\".*only for trying/);
    expect(program.stdout).toBe(`Chat server listening on ${url}\n`);
  });

  test('says nothing besides where it listens when its log is silent', async () => {
    const program = run(['--port', '0', '--data', ':memory:', '--log-level', 'silent']);
    const url = await program.url();
    expect(program.stdout).toBe(`Chat server listening on ${url}\n`);
    expect(program.stderr).toBe('');
  });

  test('has no demo user unless it is asked for', async () => {
    const url = await serve().url();
    const answer = await post(url, '/login', { username: 'demo', password: 'demo' });
    expect(answer.status).toBe(401);
  });

  test('takes every setting from the environment, and a flag before that', async () => {
    const environment = {
      CHAT_PORT: '0',
      CHAT_DATA: ':memory:',
      CHAT_USER: 'ada:s3cret,bob:p4ss',
      CHAT_LOGINS_PER_MINUTE: '1',
      CHAT_MESSAGES_PER_MINUTE: '',
      CHAT_METRICS: 'off',
    };
    const program = run(['--logins-per-minute', '2'], { environment });
    const url = await program.url();
    await logIn(url);
    await logIn(url, 'bob', 'p4ss');
    const third = await post(url, '/login', { username: 'ada', password: 's3cret' });
    expect(third.status).toBe(429);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  test('warns of a variable that is probably a slip of the pen', async () => {
    const program = serve([], { CHAT_PROT: '1' });
    await program.url();
    expect(program.stderr).toContain('CHAT_PROT is not a setting and is ignored.');
    expect(program.stderr).toContain('Did you mean CHAT_PORT?');
  });

  test('serves the files of a directory beside the API', async () => {
    await writeFile(join(directory, 'index.html'), '<h1>Chat</h1>');
    await writeFile(join(directory, '.secret'), 'x');
    const url = await serve(['--static', directory]).url();
    const page = await fetch(url);
    expect(await page.text()).toBe('<h1>Chat</h1>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await fetch(`${url}/.secret`)).status).toBe(404);
    const missing = await fetch(`${url}/api/v1/nope`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({ detail: expect.any(String) });
  });
});

describe('a wrong setting is one clear line and exit 2', () => {
  test.each<[what: string, args: string[], environment: Record<string, string>, line: RegExp]>([
    ['a port', ['--port', 'abc'], {}, /--port or CHAT_PORT must be a whole number from 0 to 65535/],
    ['a port in the environment', [], { CHAT_PORT: '70000' }, /CHAT_PORT must be .*not "70000"/],
    ['a short secret', [], { CHAT_JWT_SECRET: 'hunter2' }, /CHAT_JWT_SECRET must be at least 32/],
    ['trust in everybody', ['--trust-proxy', 'true'], {}, /CHAT_TRUST_PROXY must be the number/],
    ['an origin with a path', ['--cors-origin', 'https://a.example/x'], {}, /must be an origin/],
    ['a user without password', ['--user', 'hunter2'], {}, /--user or CHAT_USER must be name:pass/],
    ['a switch in between', [], { CHAT_DEMO: 'maybe' }, /CHAT_DEMO must be true or false/],
    ['a zone of nowhere', ['--time-zone', 'Mars/Base'], {}, /must be the IANA name/],
    ['no limit', ['--messages-per-minute', '0'], {}, /must be a whole number from 1/],
    ['a word behind start', ['start', 'extra'], {}, /"start" takes options only.*not "extra"/],
    ['no host', ['--host', ''], {}, /--host or CHAT_HOST must be a text of at least one/],
    ['a command nobody knows', ['strat'], {}, /There is no command "strat", only start, user/],
    [
      'a flag nobody knows',
      ['--prot', '1'],
      {},
      /There is no option --prot\. Did you mean --port\?/,
    ],
    ['a directory that is none', ['--static', '/nowhere/at/all'], {}, /must be a directory/],
    ['data that are a directory', ['--data', tmpdir()], {}, /it is a folder/],
  ])('%s', async (_what, args, environment, line) => {
    const program = run(args, { environment });
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toMatch(line);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
    expect(program.stderr).toMatch(/^chat-server: /);
    expect(program.stderr).not.toContain('hunter2');
    expect(program.stdout).toBe('');
  });

  test('a port that is taken is one line too, and exit 1', async () => {
    const taken = new URL(await serve().url()).port;
    const program = run(['--port', taken, '--data', ':memory:', '--log-level', 'silent']);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toMatch(/^chat-server: Port \d+ of 127\.0\.0\.1 is taken: .*\n$/);
  });
});

describe('killed', () => {
  test('has every acknowledged message and every user when it runs again', async () => {
    const first = serve();
    const url = await first.url();
    const token = await logIn(url);
    const acknowledged: string[] = [];
    const sending = (async () => {
      for (let n = 0; n < 10_000; n += 1) {
        const answer = await post(url, '/chat', { message: `Message ${n}` }, token);
        if (answer.status === 200) acknowledged.push(`Message ${n}`);
        if (n === 20) first.signal('SIGKILL');
      }
    })();
    await expect(sending).rejects.toThrow();
    expect(await first.exit()).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);

    const again = await serve().url();
    // The same secret: a token outlives the process.
    const stored = await history(again, token);
    for (const message of acknowledged) {
      expect(stored.filter((content) => content === message)).toHaveLength(2);
    }
  });
});

describe('told to stop', () => {
  test('finishes what is under way, takes no more, closes sockets with 1012, exits 0', async () => {
    const program = serve(['--lame-duck-ms', '2000']);
    const url = await program.url();
    const token = await logIn(url);
    const socket = await dial(url, token);
    const closed = once(socket, 'close');
    const sent = Array.from({ length: 20 }, (_, n) =>
      post(url, '/chat', { message: `Message ${n}` }, token),
    );
    await sent[0];
    program.signal('SIGTERM');
    // A call either was let in and is answered in full, or is told to come back.
    for (const answer of await Promise.all(sent)) {
      expect([200, 503]).toContain(answer.status);
      if (answer.status === 503) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await closed)[0]).toBe(1012);
    expect(await program.exit()).toBe(0);
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  test('exits 0 although peers do not read, do not finish and do not answer', async () => {
    const program = serve(['--drain-timeout-ms', '300']);
    const url = await program.url();
    const token = await logIn(url);
    const deaf = await openLine(url);
    deaf.write(
      `GET /ws/chat?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(deaf, 'data');
    deaf.pause();
    const halfHead = await openLine(url);
    halfHead.write('GET /readyz HTTP/1.1\r\nX-Half: ');
    const halfBody = await openLine(url);
    halfBody.write(
      `POST /api/v1/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    const silent = await openLine(url);
    for (const line of [deaf, halfHead, halfBody, silent]) line.on('error', () => {});
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    for (const line of [deaf, halfHead, halfBody, silent]) line.destroy();
  });

  test('a second signal does not wait', async () => {
    const program = serve();
    const url = await program.url();
    const stuck = await openLine(url);
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
  test('user add takes the password from stdin, also while the server runs', async () => {
    const url = await serve().url();
    const add = run(['user', 'add', 'bob', '--data', data], { stdin: 'p4ss wörd\n' });
    expect(await add.exit()).toBe(0);
    expect(add.stdout).toBe(`User "bob" was added to ${data}.\n`);
    await logIn(url, 'bob', 'p4ss wörd');
    const again = run(['user', 'add', 'bob', '--data', data], { stdin: 'other' });
    expect(await again.exit()).toBe(1);
    expect(again.stderr).toBe(`chat-server: There is a user "bob" in ${data} already.\n`);
    const unseen = run(['user', 'add', 'bob', '--data', ':memory:'], { stdin: 'other' });
    expect(await unseen.exit()).toBe(2);
    expect(unseen.stderr).toMatch(/--data or CHAT_DATA must be a file, not ":memory:"\.\n$/);
    const empty = run(['user', 'add', 'eve', '--data', data]);
    expect(await empty.exit()).toBe(1);
    expect(empty.stderr).toBe('chat-server: A password must not be empty.\n');
  });

  test('user password replaces the stored one, also while the server runs, and ends earlier tokens', async () => {
    const url = await serve().url();
    const old = await logIn(url);
    const change = run(['user', 'password', 'ada', '--data', data], { stdin: 'n3w\n' });
    expect(await change.exit()).toBe(0);
    expect(change.stdout).toBe(
      `User "ada" has a new password in ${data}; earlier tokens are over.\n`,
    );
    await expect
      .poll(async () => (await post(url, '/chat', { message: 'Hello' }, old)).status)
      .toBe(401);
    expect((await post(url, '/login', { username: 'ada', password: 's3cret' })).status).toBe(401);
    const token = await logIn(url, 'ada', 'n3w');
    expect((await post(url, '/chat', { message: 'Hello' }, token)).status).toBe(200);
    const nobody = run(['user', 'password', 'eve', '--data', data], { stdin: 'n3w' });
    expect(await nobody.exit()).toBe(1);
    expect(nobody.stderr).toBe(
      `chat-server: There is no user "eve" in ${data}: "chat-server user add" makes one.\n`,
    );
    const misspelt = `${data}x`;
    const nowhere = run(['user', 'password', 'ada', '--data', misspelt], { stdin: 'n3w' });
    expect(await nowhere.exit()).toBe(1);
    expect(nowhere.stderr).toBe(
      `chat-server: There is no database "${misspelt}": --data or CHAT_DATA must be the file that the server runs on.\n`,
    );
    expect(existsSync(misspelt)).toBe(false);
  });

  test('user add takes no password as an argument', async () => {
    const add = run(['user', 'add', 'bob', 'p4ss', '--data', data]);
    expect(await add.exit()).toBe(2);
    expect(add.stderr).toMatch(/too many arguments/);
  });

  test('backup copies the data while the server writes, never over a file, and the copy in place of them is what was', async () => {
    const program = serve();
    const url = await program.url();
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

    // The steps of docs/operations.md, after an end that left the two other files behind.
    program.signal('SIGKILL');
    await program.exit();
    expect(existsSync(`${data}-wal`)).toBe(true);
    await copyFile(copy, data);
    await Promise.all(['-wal', '-shm'].map((end) => rm(data + end)));
    const restored = serve();
    const said = await history(await restored.url(), token);
    expect(said).toContain('Keep me');
    expect(said).not.toContain('Later');
    restored.signal('SIGTERM');
    expect(await restored.exit()).toBe(0);
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  test('backup without data leaves nothing behind', async () => {
    const save = run(['backup', join(directory, 'copy.db'), '--data', data]);
    expect(await save.exit()).toBe(1);
    expect(save.stderr).toMatch(/There is no database/);
    expect(existsSync(join(directory, 'copy.db'))).toBe(false);
  });

  test('openapi prints the document that is served', async () => {
    const print = run(['openapi']);
    expect(await print.exit()).toBe(0);
    const url = await serve().url();
    const served = await fetch(`${url}/openapi.json`);
    expect(JSON.parse(print.stdout)).toEqual(await served.json());
  });

  test('a reader who has read enough is no failure', async () => {
    const program = run(['openapi']);
    program.process.stdout?.destroy();
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
