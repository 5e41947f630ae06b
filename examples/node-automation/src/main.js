// Asks every question of a file, one per line, and writes the answers, in the order of the questions.
import { parseArgs } from 'node:util';
import { ChatClient } from '@chat/client';
import { askAll } from './ask-all.js';
import { Job } from './job.js';
import { Progress } from './progress.js';

const usage = `Usage: CHAT_PASSWORD=… npm start -- QUESTIONS ANSWERS [options]

  --url URL          the backend (default http://127.0.0.1:3000)
  --user NAME        who asks (default ada)
  --concurrency N    questions under way at once (default 4)
  --per-minute N     messages a minute that we allow ourselves (default 60)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    user: { type: 'string', default: 'ada' },
    concurrency: { type: 'string', default: '4' },
    'per-minute': { type: 'string', default: '60' },
  },
});
const [questionsFile, answersFile] = positionals;
const concurrency = Number(values.concurrency);
const perMinute = Number(values['per-minute']);
const { CHAT_PASSWORD: password } = process.env;
if (!questionsFile || !answersFile || !password || !(concurrency >= 1) || !(perMinute >= 1)) {
  console.error(usage);
  process.exit(2);
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('Interrupted.')));
process.once('SIGTERM', () => stop.abort(new Error('Interrupted.')));

const progress = new Progress();
const client = new ChatClient({
  baseUrl: values.url,
  credentials: { username: values.user, password },
  // Nobody sits in front of it: it may take its time, also when others spend from the same allowance.
  retry: { limit: 20, maxWaitMs: 10 * 60_000 },
  hooks: { onRetry: ({ error, delayMs }) => progress.waits(error, delayMs) },
});

/** @type {Job | undefined} */
let job;
try {
  job = await Job.open(questionsFile, answersFile);
  progress.starts(job);
  await askAll({ client, job, concurrency, perMinute, signal: stop.signal, progress });
  await job.finish();
  progress.ends(job, answersFile);
} catch (error) {
  progress.stops(error, job);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  await client.close();
}
