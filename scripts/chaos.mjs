// Runs the chaos tests at full size: 10,000 messages of one user's three sockets through cuts, restarts and expiries;
// the same through `kill -9` of the server process; replies of three instances that are killed; a thousand clients of a server that restarts. CI runs it without
// arguments. To try other fault plans: `npm run test:chaos -- --seed 7 --runs 5 --messages 3000`.
import { readOptions } from './lib/options.mjs';
import { runTests } from './lib/run-tests.mjs';

const { values } = readOptions({
  messages: { type: 'number', default: 10_000, min: 1 },
  kills: { type: 'number', default: 10 },
  clients: { type: 'number', default: 1_000, min: 1 },
  seed: { type: 'number' },
  runs: { type: 'number', min: 1 },
});

const suites = ['conversation', 'killed', 'killed-replies', 'thundering-herd'].map(
  (name) => `test/chaos/${name}.test.ts`,
);
// One file after another, so that they do not compete for processors.
await runTests(['--no-file-parallelism', ...suites], {
  CHAOS_MESSAGES: values.messages,
  CHAOS_KILLS: values.kills,
  CHAOS_CLIENTS: values.clients,
  CHAOS_SEED: values.seed,
  CHAOS_RUNS: values.runs,
});
