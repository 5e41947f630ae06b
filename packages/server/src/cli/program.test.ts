import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explainListenError } from './lifecycle/explain-listen-error.js';
import { createProgram } from './program.js';

async function run(args: readonly string[], { environment = {}, input = '' } = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const error = await createProgram({ stdin, stdout, stderr, environment })
    .parseAsync(args, { from: 'user' })
    .then(
      () => undefined,
      (thrown: Error) => thrown,
    );
  return { error, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

test.each([
  [['--prot', '1'], /^chat-server: unknown option '--prot' \(Did you mean --port\?\)\n$/],
  [['--xyzzy'], /^chat-server: unknown option '--xyzzy'\n$/],
  [['--databaseurl=postgres://ada:hunter2@db/chat'], /^chat-server: unknown option '--\w+'\n$/],
  [['--port'], /^chat-server: option '--port <n>' argument missing\n$/],
  [['backup'], /^chat-server: missing required argument 'file'\n$/],
  [['user', 'add', 'bob', 'p4ss'], /^chat-server: too many arguments/],
])('rejects %j with one line', async (args, message) => {
  const { error, stderr } = await run(args);
  expect(error).toBeInstanceOf(Error);
  expect(stderr).toMatch(message);
});

test.each([
  [['xyzzy'], /^Command "xyzzy" is unknown: expected one of start, user, backup, verify, /],
  [
    ['user', 'del', 'ada'],
    /^Command "del" is unknown: expected one of add, password, list, remove\.$/,
  ],
])('lists the commands for the unknown command of %j', async (args, message) => {
  expect((await run(args)).error?.message).toMatch(message);
});

test('shows the default and the variable of each flag in the help', async () => {
  const { stdout } = await run(['start', '--help']);
  const help = stdout.replace(/\s+/g, ' ');
  expect(help).toContain(
    '--port <n> port to listen on; 0 selects a free port (default: 3000, env: CHAT_PORT)',
  );
  expect(help).toContain('serve /metrics for Prometheus (default: on, env: CHAT_METRICS)');
  expect(help).toContain('password "demo" (env: CHAT_DEMO)');
  expect(help).toMatch(/--user <name:password> [^(]*\(may be repeated, env: CHAT_USER\)/);
});

test.each(['-v', '--version'])('prints the version for %s', async (flag) => {
  const { stdout } = await run([flag]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});

describe('with an environment file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-env-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('reads its variables, and prefers those of the environment', async () => {
    const file = join(folder, 'chat.env');
    const data = join(folder, 'chat.db');
    writeFileSync(file, `# comment\nCHAT_DATA="${data}"\n`);
    const added = await run(['user', 'add', 'ada', '--env-file', file], { input: 's3cret\n' });
    expect([added.error, added.stdout]).toEqual([undefined, `Added user "ada" to ${data}.\n`]);
    const other = { CHAT_DATA: join(folder, 'other.db') };
    const listed = await run(['user', 'list', '--env-file', file], { environment: other });
    expect(listed.error?.message).toContain('other.db" does not exist');
  });

  test('rejects a file that does not exist', async () => {
    const { error } = await run(['user', 'list', '--env-file', join(folder, 'none')]);
    expect(error?.message).toBe(
      `--env-file is invalid: "${join(folder, 'none')}" cannot be read (ENOENT).`,
    );
  });

  test('accepts a byte order mark', async () => {
    const file = join(folder, 'chat.env');
    writeFileSync(file, `\ufeffCHAT_DATA=${join(folder, 'from-file.db')}\n`);
    const { error } = await run(['user', 'list', '--env-file', file]);
    expect(error?.message).toContain('from-file.db" does not exist');
  });

  async function listUsers(content: string | Buffer) {
    const file = join(folder, 'chat.env');
    writeFileSync(file, content);
    return (await run(['user', 'list', '--env-file', file])).error?.message;
  }

  test.each([
    'CHAT_DATA: ./chat.db',
    'CHAT_PORT=1\nexport CHAT_DATA ./chat.db',
    'set CHAT_DATA=./chat.db',
    '$env:CHAT_DATA=./chat.db',
    'export  CHAT_DATA=./chat.db',
    '- CHAT_DATA=./chat.db',
    'CHAT_DATA=./chat#2.db',
    'CHAT_DATA="./chat.db',
    'CHAT_DATA="./chat.db" and more',
    'CHAT_DATA="./\\"chat.db\\""',
    'CHAT_DATA=./chat.db\rCHAT_PORT=1',
  ])('rejects a file with %j', async (content) => {
    expect(await listUsers(content)).toMatch(
      /: expected CHAT_DATA=VALUE in ".*", with quotes around a value that/,
    );
  });

  test('rejects a file in UTF-16', async () => {
    const content = Buffer.from('\ufeffCHAT_DATA=./chat.db', 'utf16le');
    expect(await listUsers(content)).toMatch(/cannot be read \(not in UTF-8\)\.$/);
  });

  test.each([
    'export CHAT_DATA=CHAT_FILE',
    'CHAT_DATA = CHAT_FILE # comment',
    "CHAT_DATA='CHAT_FILE' # comment\r\n# CHAT_PORT\r\n",
    "# don't\nCHAT_DATA=CHAT_FILE\n# CHAT_PORT: it's a number\n",
    'CHAT_ASSISTANT_PROMPT="Line one\nCHAT_BOT is # your name"\nCHAT_DATA=`CHAT_FILE`',
    'MY_CHAT_URL http://x\nPASSWORD=a#b\nCHAT_PORT=\nCHAT_HOST= # none\nCHAT_DATA=CHAT_FILE',
    'CHAT_ASSISTANT_PARAMETERS={"a": "b"}\nCHAT_DATA=CHAT_FILE',
  ])('accepts a file with %j', async (content) => {
    expect(await listUsers(content)).toMatch(/^Database "CHAT_FILE" does not exist/);
  });

  test('names the setting for a database that does not exist', async () => {
    const missing = ['--data', join(folder, 'none.db')];
    for (const args of [
      ['user', 'list'],
      ['backup', join(folder, 'copy.db')],
    ]) {
      const { error } = await run([...args, ...missing]);
      expect(error?.message).toMatch(/^Database ".*none\.db" does not exist: set --data/);
    }
  });

  test('lists and removes users', async () => {
    const data = ['--data', join(folder, 'chat.db')];
    for (const name of ['eve', 'ada', 'jose\u0301']) {
      await run(['user', 'add', name, ...data], { input: 's3cret\n' });
    }
    expect((await run(['user', 'list', ...data])).stdout).toBe('ada\neve\njos\u00e9\n');
    expect((await run(['user', 'remove', 'jos\u00e9', ...data])).stdout).toMatch(/^Removed user/);
    expect((await run(['user', 'list', ...data])).stdout).toBe('ada\neve\n');
    const { error } = await run(['user', 'remove', 'bob', ...data]);
    expect(error?.message).toMatch(/^User "bob" does not exist in .*chat\.db\.$/);
  });
});

test.each([[['--jwt-secret', 'hunter2']], [['--jwt-secret']], [['--jwt-secret=hunter2']]])(
  'names the variable of a setting without a flag: %j',
  async (args) => {
    const { error } = await run(args);
    expect(error?.message).toBe(
      '--jwt-secret is not an option: set CHAT_JWT_SECRET, because other users of the machine can read arguments.',
    );
  },
);

test.each([
  ['EADDRINUSE', /^Port 3000 of 127\.0\.0\.1 is in use: .*--port/],
  ['EACCES', /^Port 3000 of 127\.0\.0\.1 needs permissions .*--port/],
  ['EADDRNOTAVAIL', /^This machine has no address 127\.0\.0\.1: set --host/],
  ['EPERM', /^Cannot listen on 127\.0\.0\.1, port 3000: not permitted\.$/],
])('explains how to fix %s', (code, message) => {
  const error = Object.assign(new Error('not permitted'), { code });
  expect(explainListenError({ host: '127.0.0.1', port: 3000 }, error)).toMatch(message);
});
