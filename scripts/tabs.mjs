// Runs the test of tabs that share a connection at full size: of 12 tabs, the leading one is closed, crashes, is frozen or
// stops 200 times, while all tabs send messages. Other numbers: `npm run test:tabs -- --rounds 20 --tabs 6 --seed 2`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readOptions } from './lib/options.mjs';

const { values } = readOptions({
  rounds: { type: 'number', default: 200, min: 1 },
  tabs: { type: 'number', default: 12, min: 2 },
  seed: { type: 'number', default: 1 },
});

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const child = spawn(
  process.execPath,
  [vitest, 'run', '--config', 'vitest.workspace.ts', 'test/tabs/lost-leader.test.ts'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: {
      ...process.env,
      TAB_ROUNDS: String(values.rounds),
      TAB_COUNT: String(values.tabs),
      TAB_SEED: String(values.seed),
    },
  },
);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
