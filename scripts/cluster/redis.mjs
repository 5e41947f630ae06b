// A Redis of our own on a free port, in memory alone: what it holds may be lost.
import { execFileSync } from 'node:child_process';
import { freePort, Part } from './part.mjs';

export function hasRedis() {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function createRedis() {
  if (!hasRedis()) throw new Error('Redis is not installed.');
  const port = await freePort();
  const part = new Part('Redis', {
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    ready: 'Ready to accept connections',
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    start: () => part.start(),
    stop: () => part.stop('SIGKILL'),
    freeze: () => part.signal('SIGSTOP'),
    thaw: () => part.signal('SIGCONT'),
    remove: () => part.stop('SIGKILL'),
  };
}
