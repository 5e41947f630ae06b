// The storms of test/chaos in full: 10,000 messages of one user's three sockets through cuts, restarts and expiries.
// `npm run storm -- --seed 7 --runs 5 --messages 3000` looks for new trouble; without arguments it is what CI runs.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    runs: { type: 'string' },
  },
});

const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const suite = 'test/chaos/conversation.test.ts';
const child = spawn(process.execPath, [vitest, 'run', '--config', 'vitest.workspace.ts', suite], {
  cwd: new URL('..', import.meta.url).pathname,
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_MESSAGES: values.messages,
    ...(values.seed !== undefined && { CHAOS_SEED: values.seed }),
    ...(values.runs !== undefined && { CHAOS_RUNS: values.runs }),
  },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
