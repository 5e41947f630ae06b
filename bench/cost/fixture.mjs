// A seeded SQLite file, the real program on it, and calls with tokens.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '@chat/test-support';
import { openConnections } from '../realtime/many-clients.mjs';
import { signToken } from '../token.mjs';
import { Connection } from './connection.mjs';
import { addHistory, addUsers, fill } from './seed.mjs';

const secret = randomBytes(32).toString('hex');
const environment = {
  CHAT_JWT_SECRET: secret,
  CHAT_MESSAGES_PER_MINUTE: '100000000',
  CHAT_SESSION_IDLE_MS: '86400000',
  CHAT_LOG_LEVEL: 'warn',
};
/** How many users write alternately; the same for any number of users or sockets. */
const fewUsers = 20;

/** After this number of messages the next short session is used. */
const sendsPerShortSession = 5;

/** Starts the program on a file. */
async function start(file, closing) {
  const program = new ServerProcess({ data: file, environment });
  process.once('exit', () => program.kill());
  await program.start();
  closing.push(() => program.stop());
  const connection = new Connection(program.port);
  closing.push(() => connection.close());
  return {
    port: program.port,
    get: ({ token }, path) => connection.call('GET', path, token),
    send: ({ token }) =>
      connection.call(
        'POST',
        '/chat',
        token,
        { message: 'And back?' },
        { prefer: 'return=minimal' },
      ),
  };
}

const caller = (id, count) => ({ token: signToken(secret, id), messages: count });

export async function prepareCost({ smoke, log }) {
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const closing = [() => rm(folder, { recursive: true, force: true })];
  const sizes = smoke
    ? { messages: 20_000, session: 2_000, users: 500, sockets: 100 }
    : { messages: 1_000_000, session: 10_000, users: 20_000, sockets: 2_000 };
  const many = (number) => number.toLocaleString('en');

  /** Starts a program with this number of users, some of whom write alternately. */
  const startWith = async (users) => {
    const file = join(folder, `${closing.length}.db`);
    await fill(file, (store) => addUsers(store, users));
    const program = await start(file, closing);
    // Spread over all users, so that a cache of recent users does not help.
    const writers = Array.from({ length: fewUsers }, (_, i) =>
      caller(`user-${Math.floor((i * users) / fewUsers)}`, 2),
    );
    for (const each of writers) await program.get(each, '/stats/messages');
    return { ...program, sendInTurn: (round) => program.send(writers[round % fewUsers]) };
  };

  return {
    sizes: { users: many(sizes.users), sockets: many(sizes.sockets), few: fewUsers },
    longAndShort: once(async () => {
      log(
        `storing ${many(sizes.messages)} messages of one user, and a session of ${many(sizes.session)}`,
      );
      return longAndShort(join(folder, 'long.db'), sizes, closing);
    }),
    few: once(() => startWith(fewUsers)),
    async manyUsers() {
      log(`storing ${many(sizes.users)} users`);
      return startWith(sizes.users);
    },
    async manySockets() {
      const program = await startWith(fewUsers);
      const pathOf = (i) => `/ws/chat?token=${signToken(secret, `reader-${i}`)}`;
      const readers = await openConnections({ port: program.port, pathOf, count: sizes.sockets });
      closing.push(() => readers.close());
      return program;
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}

async function longAndShort(file, { messages, session }, closing) {
  const shortSessions = 100;
  await fill(file, async (store) => {
    await addHistory(store, { id: 'long-history', messages, sessionLength: 100 });
    await addHistory(store, { id: 'short-history', messages: 20, sessionLength: 10 });
    await addHistory(store, { id: 'long-session', messages: session, sessionLength: session });
    for (let index = 0; index < shortSessions; index += 1) {
      await addHistory(store, { id: `short-session-${index}`, messages: 10, sessionLength: 10 });
    }
  });
  const program = await start(file, closing);
  const short = Array.from({ length: shortSessions }, (_, index) =>
    caller(`short-session-${index}`),
  );
  // The server validates every token before the first measured call.
  for (const each of short) await program.get(each, '/stats/messages');
  return {
    ...program,
    longHistory: caller('long-history', messages),
    shortHistory: caller('short-history', 20),
    longSession: caller('long-session', session),
    shortSession: (round) => short[Math.floor(round / sendsPerShortSession) % short.length],
  };
}

/** Calls `make` once, and returns its result each time. */
function once(make) {
  let made;
  return () => (made ??= make());
}
