// The calls of another user while one caller attacks the server.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerProcess } from '@chat/test-support';
import { Connection } from '../cost/connection.mjs';
import { addHistory, fill } from '../cost/seed.mjs';
import { forkServer } from '../forked.mjs';
import { signToken } from '../token.mjs';

const secret = randomBytes(32).toString('hex');
/** Calls of a round, one after the other. */
const calls = 200;
/** An attack has reached its full strength, or what it started has ended. */
const pauseMs = 500;

async function prepare({ smoke }) {
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const file = join(folder, 'chat.db');
  await fill(file, async (store) => {
    await addHistory(store, { id: 'other', messages: 40, sessionLength: 10 });
    // Each character is an escape sequence of six bytes in JSON.
    const content = '\u0001'.repeat(8_000);
    await addHistory(store, { id: 'attacker', messages: 100, sessionLength: 50, content });
  });
  const server = new ServerProcess({
    data: file,
    users: ['victim:s3cret'],
    environment: { CHAT_JWT_SECRET: secret, CHAT_LOG_LEVEL: 'error' },
  });
  process.once('exit', () => server.kill());
  await server.start();
  const attacker = await forkServer(new URL('../attacks/attacker.mjs', import.meta.url), {});
  const connection = new Connection(server.port);
  const token = signToken(secret, 'other');
  const call = () => connection.call('GET', '/chat/history', token);
  return {
    /** The 99th percentile of the time of a call. */
    async measure() {
      const times = [];
      for (let made = 0; made < (smoke ? 20 : calls); made += 1) {
        const started = performance.now();
        await call();
        times.push(performance.now() - started);
      }
      return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1];
    },
    async during(attack, measure) {
      const { port } = server;
      await attacker.request({ attack, port, token: signToken(secret, 'attacker') });
      await delay(pauseMs);
      const result = await measure();
      await attacker.request('stop');
      await delay(pauseMs);
      return result;
    },
    async close() {
      connection.close();
      await attacker.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const measurement = (attack, title) => ({
  name: attack,
  title,
  rounds: 12,
  smokeRounds: 2,
  candidate: 'during the attack',
  baselines: { 'without it': { atMost: 5 } },
  peers: async ({ measure, during }) => ({
    'during the attack': () => during(attack, measure),
    'without it': measure,
  }),
});

export const attacks = {
  name: 'attacks',
  title: 'Other users during an attack',
  about:
    'The 99th percentile of `GET /chat/history` of a user, one call at a time, while another caller attacks the program of `chat-server start` on SQLite. The attacker runs on the same two cores and uses one of them.',
  notes:
    'How the cost of wrong logins was reduced: [Cost of a frame, an idle socket, a delta and a request](decisions/realtime-cost.md#other-users-during-an-attack).',
  prepare,
  measurements: [
    measurement('unread', '100 connections, each with 250 unread requests for pages of 4.8 MB'),
    measurement('pages', 'the same connections, which read the pages'),
    measurement('logins', 'wrong logins, 200 at a time, five of each address'),
    measurement('frames', 'a socket with invalid frames, as many as the server reads'),
  ],
};
