// The real program on SQLite, with a history to read and users who write.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '@chat/test-support';
import { addHistory, fill } from '../cost/seed.mjs';
import { forkServer } from '../forked.mjs';
import { processorTime } from '../measure/processor-time.mjs';
import { signToken } from '../token.mjs';
import { openLoad, requestOf } from './load.mjs';

const secret = randomBytes(32).toString('hex');
const content = 'Which tram goes to the harbour, and when does the next one leave?';
const connections = 50;

export async function prepareHttp({ smoke, log }) {
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const closing = [() => rm(folder, { recursive: true, force: true })];
  const file = join(folder, 'chat.db');
  log('storing a history');
  const calls = smoke ? 100 : 2_000;
  /** One for each call, so that each call reads another page. */
  const users = Array.from({ length: calls }, (_, i) => `user-${i}`);
  await fill(file, async (store) => {
    await addHistory(store, { id: 'reader', messages: smoke ? 200 : 10_000, sessionLength: 100 });
    const few = { messages: 20, sessionLength: 10 };
    await Promise.all(users.map((id) => addHistory(store, { id, ...few })));
  });

  const environment = {
    CHAT_JWT_SECRET: secret,
    CHAT_MESSAGES_PER_MINUTE: '100000000',
    CHAT_LOG_LEVEL: 'warn',
  };
  const program = new ServerProcess({ data: file, environment });
  process.once('exit', () => program.kill());
  await program.start();
  closing.push(() => program.stop());

  const as = (user) => ({ authorization: `Bearer ${signToken(secret, user)}` });
  const load = async (port, requests) => {
    const opened = await openLoad(port, requests);
    closing.push(() => opened.close());
    return opened;
  };
  const fork = async (name, environment) => {
    const forked = await forkServer(new URL(`servers/${name}.mjs`, import.meta.url), environment);
    closing.push(() => forked.stop());
    return forked;
  };
  const history = '/api/v1/chat/history';
  /** In milliseconds, as `cpu` of a forked server. Not from `/metrics`, which changes once a second. */
  const cpuOfProgram = async () => processorTime(program.pid) ?? Number.NaN;

  /** A bare route with the page of `user`. */
  const forkBare = async (user) => {
    const response = await fetch(`${program.url}${history}`, { headers: as(user) });
    return fork('bare-fastify', { BENCH_PAGE: await response.text() });
  };
  const sendRequest = (headers) =>
    requestOf('POST', '/api/v1/chat', { headers, body: { message: content } });
  const sendAs = (user) => sendRequest({ ...as(user), prefer: 'return=minimal' });
  /** Another server, on a database of its own. */
  const forkOnDatabase = async (name) => {
    const database = join(folder, `${name}.db`);
    await fill(database, async () => {});
    return fork(name, { BENCH_FILE: database, BENCH_CONTENT: content });
  };

  return {
    calls,
    turns: smoke ? 50 : 500,
    connections,
    async readers() {
      const headers = as('reader');
      const { port, cpu } = await forkBare('reader');
      const requests = (extra) => Array(connections).fill(requestOf('GET', history, extra));
      return {
        ours: { ...(await load(program.port, requests({ headers }))), cpu: cpuOfProgram },
        bare: { ...(await load(port, requests())), cpu },
      };
    },
    /** `change` changes the page of each user, `read` reads it. */
    async changingReaders() {
      const { port } = await forkBare(users[0]);
      const changes = users.map(sendAs);
      const reads = users.map((user) => requestOf('GET', history, { headers: as(user) }));
      const ours = await load(program.port, reads.slice(0, connections));
      const bare = await load(port, Array(connections).fill(requestOf('GET', history)));
      return {
        ours: { change: () => ours.each(changes), read: () => ours.each(reads) },
        bare,
      };
    },
    async writers() {
      const writers = Array.from({ length: connections }, (_, i) => `writer-${i}`);
      const { port } = await forkOnDatabase('fastify-inserts');
      return {
        ours: await load(program.port, writers.map(sendAs)),
        fastify: await load(
          port,
          writers.map((user) => sendRequest({ 'x-user': user })),
        ),
        inserts: await forkOnDatabase('inserts'),
      };
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}
