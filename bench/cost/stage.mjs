// The stage of the cost suite: a seeded SQLite file, the real program on it, and calls with tokens.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../scripts/program.mjs';
import { signToken } from '../token.mjs';
import { Connection } from './connection.mjs';
import { addHistory, fill } from './seed.mjs';

/** How often one short session is written to before the next one takes its place. */
const sendsPerShortSession = 5;

export async function prepareCost({ smoke, say }) {
  const messages = smoke ? 20_000 : 1_000_000;
  const sessionMessages = smoke ? 2_000 : 10_000;
  const shortSessions = 100;
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const file = join(folder, 'bench.db');
  const secret = randomBytes(32).toString('hex');

  say(
    `storing ${messages.toLocaleString('en')} messages of one user, and a session of ${sessionMessages.toLocaleString('en')}`,
  );
  await fill(file, async (store) => {
    await addHistory(store, { id: 'long-history', messages, sessionLength: 100 });
    await addHistory(store, { id: 'short-history', messages: 20, sessionLength: 10 });
    await addHistory(store, {
      id: 'long-session',
      messages: sessionMessages,
      sessionLength: sessionMessages,
    });
    for (let index = 0; index < shortSessions; index += 1) {
      await addHistory(store, { id: `short-session-${index}`, messages: 10, sessionLength: 10 });
    }
  });

  const environment = {
    CHAT_JWT_SECRET: secret,
    CHAT_MESSAGES_PER_MINUTE: '100000000',
    CHAT_SESSION_IDLE_MS: '86400000',
    CHAT_LOG_LEVEL: 'warn',
  };
  const program = new Program({ data: file, environment });
  process.once('exit', () => program.kill());
  await program.start();
  const connection = new Connection(program.port);
  const caller = (id, count) => ({ token: signToken(secret, id), messages: count });
  const get = ({ token }, path) => connection.call('GET', path, token);
  const send = ({ token }) =>
    connection.call('POST', '/chat', token, { message: 'And back?' }, { prefer: 'return=minimal' });

  const short = Array.from({ length: shortSessions }, (_, index) =>
    caller(`short-session-${index}`),
  );
  // The server has seen every token before the first measured call, the long session's as well.
  for (const each of short) await get(each, '/stats/messages');

  return {
    get,
    send,
    longHistory: caller('long-history', messages),
    shortHistory: caller('short-history', 20),
    longSession: caller('long-session', sessionMessages),
    shortSession: (round) => short[Math.floor(round / sendsPerShortSession) % short.length],
    close: async () => {
      connection.close();
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
