import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startMock } from '@chat/server/mock';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('chat.py', import.meta.url));

/** In CI the test always runs, and fails without Python. */
function hasPython(): boolean {
  if (process.env.CI || spawnSync('python3', ['--version']).status === 0) return true;
  console.warn('\n*** SKIPPED: there is no python3, so the mock is not tested from Python. ***\n');
  return false;
}

describe.skipIf(!hasPython())('a program in Python', () => {
  it('logs in, chats, reaches the rate limit, advances the clock and is disconnected', async () => {
    const mock = await startMock({ users: [{ username: 'ada', password: 's3cret' }] });
    try {
      const { url } = await mock.createNamespace();
      const { stdout } = await promisify(execFile)('python3', [script, url]);
      expect(stdout.trim().split('\n')).toEqual([
        'logged in and received a reply',
        'chatted over a WebSocket',
        'reached the rate limit and advanced the clock',
        'was disconnected',
      ]);
    } finally {
      await mock.stop();
    }
  });
});
