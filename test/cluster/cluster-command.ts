import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { call, logIn } from './http-calls.js';

const script = fileURLToPath(new URL('../../scripts/cluster.mjs', import.meta.url));

/** The command in `docs/operations/several-instances.md`. */
export function clusterCommand(): void {
  test('start and stop with the script that docs/operations/several-instances.md names', async () => {
    const args = [script, '--port', '0', '--instances', '1', '--user', 'ada:s3cret'];
    const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(running, 'exit');
    try {
      let url = '';
      for await (const line of createInterface({ input: running.stdout })) {
        url ||= / listening on (\S+)$/.exec(line)?.[1] ?? '';
        if (line.startsWith('Ctrl+C')) break;
      }
      const token = await logIn(url, 'ada');
      expect((await call(url, '/api/v1/stats/chat', { token })).status).toBe(200);
    } finally {
      running.kill('SIGINT');
    }
    expect(await exited).toEqual([0, null]);
  });
}
