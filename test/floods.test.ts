import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ServerProcess } from '@chat/test-support';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call, logIn } from './cluster/http-calls.js';

// Measures the calls of another user while an attack runs, as a ratio to an idle server. The attacker shares the
// processors with the measurement, so the ratio is generous: without the defences it is far above a hundred.
const maxRatio = 50;

let folder: string;
let server: ServerProcess;
let token: string;
let idleMs: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-floods-'));
  server = new ServerProcess({
    data: join(folder, 'chat.db'),
    users: ['ada:s3cret', 'eve:s3cret'],
    environment: { CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes' },
  });
  await server.start();
  token = await logIn(server.url, 'ada');
  await timedCall(token);
  idleMs = await series(21);
}, 60_000);
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true });
});

async function timedCall(bearer = token): Promise<number> {
  const start = performance.now();
  const { status } = await call(server.url, '/api/v1/chat/history', { token: bearer });
  expect(status).toBe(200);
  return performance.now() - start;
}

/** The median duration of calls, one after the other. */
async function series(count: number): Promise<number> {
  const durations: number[] = [];
  for (let made = 0; made < count; made += 1) durations.push(await timedCall());
  return median(durations);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

test('a flood of wrong logins from many addresses delays valid tokens and later logins only briefly', async () => {
  const newToken = await logIn(server.url, 'ada');
  const finished: string[] = [];
  const flood = Array.from({ length: 600 }, (_, n) =>
    call(server.url, '/api/v1/login', {
      body: { username: 'ada', password: `guess ${n}` },
      from: `127.8.${n % 200}.1`,
    }).then(({ status, headers }) => {
      finished.push(String(status));
      if (status === 503) expect(headers['retry-after']).toMatch(/^\d+$/);
    }),
  );
  const first = timedCall(newToken).then((ms) => {
    finished.push('token');
    return ms;
  });
  const duringMs = await series(11);
  await Promise.all([first, ...flood]);
  const hashed = finished.filter((status) => status === '401').length;
  expect(finished.filter((status) => status === '503').length).toBe(600 - hashed);
  // The first call with the new token finished before the password checks.
  const later = finished.slice(finished.indexOf('token')).filter((status) => status === '401');
  expect(later.length).toBeGreaterThan(0);
  expect(duringMs / idleMs).toBeLessThan(maxRatio);
  // A login succeeds as soon as the flood is over.
  await logIn(server.url, 'ada');
}, 120_000);

const valid = JSON.stringify({ type: 'message', content: 'again' });
const invalid = `{"type":"${'x'.repeat(2_000)}"}`;

test.each([
  ['invalid frames with valid ones between them', [valid, ...Array(9).fill(invalid)]],
  ['messages above the rate limit', [valid]],
])(
  'a socket that floods the server with %s is closed with 1008',
  async (_what, frames) => {
    const eve = await logIn(server.url, 'eve');
    const url = `${server.url.replace('http', 'ws')}/ws/chat?token=${eve}`;
    // A thread of its own: in this one, the attack would delay the calls that are measured.
    const attack = new Worker(new URL('flood-attacker.mjs', import.meta.url), {
      workerData: { url, frames },
    });
    onTestFinished(async () => {
      await attack.terminate();
    });
    const closed = once(attack, 'message');
    const ended = once(attack, 'exit');
    const duringMs = await series(11);
    expect((await closed)[0]).toBe(1008);
    await ended;
    expect(duringMs / idleMs).toBeLessThan(maxRatio);
  },
  120_000,
);
