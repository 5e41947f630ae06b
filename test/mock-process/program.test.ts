import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ServerProcess } from '@chat/test-support';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../packages/server/dist/cli.cjs', import.meta.url));

describe('chat-server mock', () => {
  it('serves the chat API and control calls, and stops on SIGTERM', async () => {
    const mock = new ServerProcess({
      args: ['mock', '--port', '0', '--user', 'ada:s3cret', '--control'],
    });
    await mock.start();
    try {
      const reset = await fetch(`${mock.url}/__mock/reset`, { method: 'POST' });
      expect(reset.status).toBe(200);
      const login = await fetch(`${mock.url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ada', password: 's3cret' }),
      });
      expect(login.status).toBe(200);
      expect(mock.log).not.toContain('s3cret');
    } finally {
      mock.signal('SIGTERM');
    }
    expect(await mock.exit()).toBe(0);
  });

  it('warns when there are no users', async () => {
    const mock = new ServerProcess({ args: ['mock', '--port', '0'] });
    await mock.start();
    await expect.poll(() => mock.stderr).toContain('There are no users, so nobody can log in');
    mock.signal('SIGTERM');
    expect(await mock.exit()).toBe(0);
  });

  it('prints its URL as one line of JSON, and stops when stdin ends', async () => {
    const child = spawn(
      process.execPath,
      [program, 'mock', '--port', '0', '--json', '--until-stdin-ends'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: child.pid,
    });
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
  });

  it.each([
    [['--port', 'x'], '--port or CHAT_MOCK_PORT is invalid: expected a whole number'],
    [['--user', 'ada'], '--user or CHAT_MOCK_USER is invalid: expected name:password'],
    [['--cors-origin', 'example'], '--cors-origin or CHAT_MOCK_CORS_ORIGIN is invalid'],
  ])('rejects %j with one line on stderr', async (args, message) => {
    const mock = ServerProcess.run(['mock', ...args]);
    expect(await mock.exit()).toBe(2);
    expect(mock.stderr).toContain(message);
    expect(mock.stderr.trim().split('\n')).toHaveLength(1);
  });
});
