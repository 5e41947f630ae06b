// Sends every question of a file (one per line) and writes the answers in the order of the questions.
import { parseArgs } from 'node:util';
import { ChatClient } from '@chat/client';
import { askAll } from './ask-all.js';
import { Job } from './job.js';
import { Progress } from './progress.js';

const usage = `Usage: CHAT_PASSWORD=… npm start -- QUESTIONS ANSWERS [options]

  --url URL          URL of the backend (default http://127.0.0.1:3000)
  --user NAME        username (default ada)
  --concurrency N    maximum number of questions in flight (default 4)
  --per-minute N     maximum number of messages per minute (default 60)`;

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
  // No person is waiting, so the client may wait long, also when other programs use the same rate limit.
  retry: { limit: 20, maxWaitMs: 10 * 60_000 },
  hooks: { onRetry: ({ error, delayMs }) => progress.waiting(error, delayMs) },
});

/** @type {Job | undefined} */
let job;
try {
  job = await Job.open(questionsFile, answersFile);
  progress.started(job);
  await askAll({ client, job, concurrency, perMinute, signal: stop.signal, progress });
  await job.finish();
  progress.finished(job, answersFile);
} catch (error) {
  progress.stopped(error, job);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  await client.close();
}
