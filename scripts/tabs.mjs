// Runs the test of tabs that share a connection at full size: of 12 tabs, the leading one is closed, crashes, is frozen or
// stops 200 times, while all tabs send messages. Other numbers: `npm run test:tabs -- --rounds 20 --tabs 6 --seed 2`.
import { readOptions } from './lib/options.mjs';
import { runTests } from './lib/run-tests.mjs';

const { values } = readOptions({
  rounds: { type: 'number', default: 200, min: 1 },
  tabs: { type: 'number', default: 12, min: 2 },
  seed: { type: 'number', default: 1 },
});

await runTests(['test/tabs/lost-leader.test.ts'], {
  TAB_ROUNDS: values.rounds,
  TAB_COUNT: values.tabs,
  TAB_SEED: values.seed,
});
