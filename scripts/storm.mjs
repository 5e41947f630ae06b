// The storms of test/chaos in full: 10,000 messages of one user's three sockets through cuts, restarts and expiries;
// the same through `kill -9` of the real program; a thousand clients on a server that restarts.
// `npm run storm -- --seed 7 --runs 5 --messages 3000` looks for new trouble; without arguments it is what CI runs.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '10' },
    clients: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    runs: { type: 'string' },
  },
});

const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const suites = ['conversation', 'killed', 'herd'].map((name) => `test/chaos/${name}.test.ts`);
// One after the other: each has the processors to itself.
const args = ['run', '--config', 'vitest.workspace.ts', '--no-file-parallelism', ...suites];
const child = spawn(process.execPath, [vitest, ...args], {
  cwd: new URL('..', import.meta.url).pathname,
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_MESSAGES: values.messages,
    CHAOS_KILLS: values.kills,
    CHAOS_CLIENTS: values.clients,
    ...(values.seed !== undefined && { CHAOS_SEED: values.seed }),
    ...(values.runs !== undefined && { CHAOS_RUNS: values.runs }),
  },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
