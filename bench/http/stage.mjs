// The stage of the http suite: the real program on SQLite, with a history to read and users who write.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../scripts/program.mjs';
import { addHistory, fill } from '../cost/seed.mjs';
import { forkServer } from '../forked.mjs';
import { signToken } from '../token.mjs';
import { openLoad, requestOf } from './load.mjs';

const secret = randomBytes(32).toString('hex');
const content = 'Which tram goes to the harbour, and when does the next one leave?';
const connections = 50;

export async function prepareHttp({ smoke, say }) {
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const closing = [() => rm(folder, { recursive: true, force: true })];
  const file = join(folder, 'chat.db');
  say('storing a history');
  await fill(file, (store) =>
    addHistory(store, { id: 'reader', messages: smoke ? 200 : 10_000, sessionLength: 100 }),
  );

  const environment = {
    CHAT_JWT_SECRET: secret,
    CHAT_MESSAGES_PER_MINUTE: '100000000',
    CHAT_LOG_LEVEL: 'warn',
  };
  const program = new Program({ data: file, environment });
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
  /** Milliseconds, as `cpu` of a forked server. */
  const cpuOfProgram = async () => {
    const metrics = await (await fetch(`${program.url}/metrics`)).text();
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)[1]) * 1000;
  };

  return {
    calls: smoke ? 100 : 2_000,
    turns: smoke ? 50 : 500,
    connections,
    async readers() {
      const headers = as('reader');
      const answer = await fetch(`${program.url}${history}`, { headers });
      const page = await answer.text();
      const { port, cpu } = await fork('bare-fastify', { BENCH_PAGE: page });
      const requests = (extra) => Array(connections).fill(requestOf('GET', history, extra));
      return {
        ours: { ...(await load(program.port, requests({ headers }))), cpu: cpuOfProgram },
        bare: { ...(await load(port, requests())), cpu },
      };
    },
    async writers() {
      const requests = Array.from({ length: connections }, (_, i) =>
        requestOf('POST', '/api/v1/chat', {
          headers: { ...as(`writer-${i}`), prefer: 'return=minimal' },
          body: { message: content },
        }),
      );
      const copy = join(folder, 'inserts.db');
      await fill(copy, async () => {});
      return {
        ours: await load(program.port, requests),
        inserts: await fork('inserts', { BENCH_FILE: copy, BENCH_CONTENT: content }),
      };
    },
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}
