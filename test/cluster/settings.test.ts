import { expect, test } from 'vitest';
import { ChatProgram } from '../support/chat-program.js';

const jwtSecret = { CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes' };
const nowhere = 'postgres://ada:hunter2@127.0.0.1:1/chat';

test.each<[what: string, environment: Record<string, string>, line: RegExp]>([
  [
    'a database of another kind',
    { CHAT_DATABASE_URL: 'mysql://ada:hunter2@h/c' },
    /such as postgres:/,
  ],
  ['no database at all', { CHAT_DATABASE_URL: 'hunter2' }, /CHAT_DATABASE_URL must be an address/],
  ['a Redis of another kind', { CHAT_REDIS_URL: 'http://:hunter2@h' }, /such as redis:/],
  ['a database out of reach', { ...jwtSecret, CHAT_DATABASE_URL: nowhere }, /nobody listens there/],
  ['a database without a secret', { CHAT_DATABASE_URL: nowhere }, /CHAT_JWT_SECRET must be set/],
  ['a Redis without a secret', { CHAT_REDIS_URL: 'redis://h' }, /CHAT_JWT_SECRET must be set/],
])('%s is one clear line and exit 2', async (_what, environment, line) => {
  const program = new ChatProgram(['--port', '0', '--data', ':memory:'], { environment });
  expect(await program.exit()).toBe(2);
  expect(program.stderr).toMatch(line);
  expect(program.stderr.trim().split('\n')).toHaveLength(1);
  expect(program.stderr).not.toContain('hunter2');
});

test('a Redis out of reach is no reason not to serve, and is said', async () => {
  const environment = { ...jwtSecret, CHAT_REDIS_URL: 'redis://:hunter2@127.0.0.1:1' };
  const program = new ChatProgram(['--port', '0', '--data', ':memory:'], { environment });
  try {
    const url = await program.url();
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      detail: expect.stringContaining('Redis is away'),
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^chat_redis_up 0$/m);
    expect(program.stderr).toContain('Redis is away');
    expect(program.stderr).not.toContain('hunter2');
  } finally {
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
  }
});

test('a backup of a database is left to its own tools', async () => {
  const environment = { CHAT_DATABASE_URL: nowhere };
  const program = new ChatProgram(['backup', 'nowhere.db'], { environment });
  expect(await program.exit()).toBe(1);
  expect(program.stderr).toMatch(/back PostgreSQL up with its own pg_dump/);
});
