// Runs the chaos tests at full size: 10,000 messages of one user's three sockets through cuts, restarts and expiries;
// the same through `kill -9` of the server process; replies of three instances that are killed; a thousand clients of a server that restarts. CI runs it without
// arguments. To try other fault plans: `npm run test:chaos -- --seed 7 --runs 5 --messages 3000`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions } from './lib/options.mjs';

const { values } = readOptions({
  messages: { type: 'number', default: 10_000, min: 1 },
  kills: { type: 'number', default: 10 },
  clients: { type: 'number', default: 1_000, min: 1 },
  seed: { type: 'number' },
  runs: { type: 'number', min: 1 },
});

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const suites = ['conversation', 'killed', 'killed-replies', 'thundering-herd'].map(
  (name) => `test/chaos/${name}.test.ts`,
);
// One file after another, so that they do not compete for processors.
const args = ['run', '--config', 'vitest.workspace.ts', '--no-file-parallelism', ...suites];
const child = spawn(process.execPath, [vitest, ...args], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_MESSAGES: String(values.messages),
    CHAOS_KILLS: String(values.kills),
    CHAOS_CLIENTS: String(values.clients),
    ...(values.seed !== undefined && { CHAOS_SEED: String(values.seed) }),
    ...(values.runs !== undefined && { CHAOS_RUNS: String(values.runs) }),
  },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
