import { PostgresServer, RedisServer, ServerProcess, servicesAvailable } from '@chat/test-support';
import { expect, test } from 'vitest';
import { psql } from '../support/psql.js';

const jwtSecret = { CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes' };
const nowhere = 'postgres://ada:hunter2@127.0.0.1:1/chat';

test.each<[what: string, environment: Record<string, string>, line: RegExp]>([
  [
    'a database of another type',
    { CHAT_DATABASE_URL: 'mysql://ada:hunter2@h/c' },
    /such as postgres:/,
  ],
  [
    'no database at all',
    { CHAT_DATABASE_URL: 'hunter2' },
    /CHAT_DATABASE_URL is invalid: expected an address/,
  ],
  ['a Redis URL of another type', { CHAT_REDIS_URL: 'http://:hunter2@h' }, /such as redis:/],
  [
    'a database that cannot be reached',
    { ...jwtSecret, CHAT_DATABASE_URL: nowhere },
    /no server listens there/,
  ],
  ['a database without a secret', { CHAT_DATABASE_URL: nowhere }, /CHAT_JWT_SECRET must be set/],
  ['a Redis without a secret', { CHAT_REDIS_URL: 'redis://h' }, /CHAT_JWT_SECRET must be set/],
])('%s gives one line on stderr and exit code 2', async (_what, environment, message) => {
  const program = ServerProcess.run(['--port', '0', '--data', ':memory:'], { environment });
  expect(await program.exit()).toBe(2);
  expect(program.stderr).toMatch(message);
  expect(program.stderr.trim().split('\n')).toHaveLength(1);
  expect(program.stderr).not.toContain('hunter2');
});

test.skipIf(!servicesAvailable('Redis'))(
  'a Redis user without channels gives one line on stderr and exit code 2',
  async () => {
    const redis = await RedisServer.create(
      ...'--user chat on >hunter2 ~* +@all resetchannels'.split(' '),
    );
    await redis.start();
    try {
      const url = redis.url.replace('//', '//chat:hunter2@');
      const environment = { ...jwtSecret, CHAT_REDIS_URL: url };
      const program = ServerProcess.run(['--port', '0', '--data', ':memory:'], { environment });
      expect(await program.exit()).toBe(2);
      expect(program.stderr).toMatch(
        /CHAT_REDIS_URL cannot be used. The Redis user lacks permissions.*&chat:\*/,
      );
      expect(program.stderr.trim().split('\n')).toHaveLength(1);
      expect(program.stderr).not.toContain('hunter2');
    } finally {
      await redis.stop();
    }
  },
);

test.skipIf(!servicesAvailable('PostgreSQL'))(
  'a database that fails after it was opened gives one line on stderr',
  async () => {
    const postgres = await PostgresServer.create();
    await postgres.start();
    try {
      const environment = { ...jwtSecret, CHAT_DATABASE_URL: postgres.url };
      const run = (name: string) =>
        ServerProcess.run(['--port', '0', '--user', `${name}:s3cret`], { environment });
      const first = run('ada');
      await first.ready();
      await first.kill();
      await psql(
        postgres.url,
        `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
         AS $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER fail BEFORE INSERT ON users EXECUTE FUNCTION fail()`,
      );
      const program = run('bob');
      expect(await program.exit()).toBe(1);
      expect(program.stderr).toMatch(/^chat-server: The disk of the database server is full\.$/m);
      expect(program.stderr).not.toContain(' at ');
    } finally {
      await postgres.remove();
    }
  },
);

test('serves while Redis cannot be reached, and logs it', async () => {
  const environment = { ...jwtSecret, CHAT_REDIS_URL: 'redis://:hunter2@127.0.0.1:1' };
  const program = ServerProcess.run(['--port', '0', '--data', ':memory:'], { environment });
  try {
    await program.ready();
    const { url } = program;
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      detail: expect.stringContaining('Redis is unavailable'),
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^chat_redis_up 0$/m);
    expect(program.stderr).toContain('Redis is unavailable');
    expect(program.stderr).not.toContain('hunter2');
  } finally {
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
  }
});

test('refers to the tools of PostgreSQL for a backup of a database', async () => {
  const environment = { CHAT_DATABASE_URL: nowhere };
  const program = ServerProcess.run(['backup', 'nowhere.db'], { environment });
  expect(await program.exit()).toBe(1);
  expect(program.stderr).toMatch(/back up PostgreSQL with pg_dump/);
});
