// One instance on a SQLite file, and one on PostgreSQL and Redis, and a hand-written server on the same databases.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ServerProcess } from '@chat/test-support';
import { startTopology } from '../../scripts/cluster/topology.mjs';
import { inspectable } from '../../scripts/lib/inspector.mjs';
import { Connection } from '../cost/connection.mjs';
import { forkServer } from '../forked.mjs';
import { processorTime } from '../measure/processor-time.mjs';
import { profile } from '../measure/profile.mjs';
import { signToken } from '../token.mjs';

const run = promisify(execFile);
/** How many users send at the same time, each on its own connection. */
const callers = 32;
/** An idle session of PostgreSQL reports its statistics after ten seconds at the latest. */
const statisticsMs = 11_000;

export async function prepareCapacity({ smoke }) {
  // Long enough that its start and its end, where not all users wait for a response, are a small part.
  const messages = smoke ? 64 : 3_200;
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const environment = {
    CHAT_JWT_SECRET: randomBytes(32).toString('hex'),
    CHAT_MESSAGES_PER_MINUTE: '100000000',
    CHAT_LOG_LEVEL: 'warn',
  };
  const alone = new ServerProcess({ data: join(folder, 'bench.db'), environment });
  process.once('exit', () => alone.kill());
  await alone.start();
  // Commits wait for the disk, as those of SQLite do.
  const cluster = await startTopology({
    instances: 1,
    // For the profile.
    environment: { ...environment, ...inspectable },
    postgres: { durable: true },
  });
  const [shared] = cluster.instances;

  const handWritten = await forkServer(new URL('servers/hand-written.mjs', import.meta.url), {
    BENCH_SECRET: environment.CHAT_JWT_SECRET,
    BENCH_POSTGRES: cluster.postgres.url,
    BENCH_REDIS: cluster.redis.url,
  });

  const clientsOf = ({ port }) =>
    Array.from({ length: callers }, (_, user) => ({
      connection: new Connection(port),
      token: signToken(environment.CHAT_JWT_SECRET, `user-${user}`),
    }));
  const sqlite = clientsOf(alone);
  const postgres = clientsOf(shared);
  const byHand = clientsOf(handWritten);

  /** Sends all messages and resolves with the number of replies in a second. */
  const burst = async (clients) => {
    const started = performance.now();
    await Promise.all(
      clients.map(async ({ connection, token }) => {
        for (let sent = 0; sent < messages / callers; sent += 1) {
          const body = { message: 'Which tram goes to the harbour?' };
          await connection.call('POST', '/chat', token, body, { prefer: 'return=minimal' });
        }
      }),
    );
    return messages / ((performance.now() - started) / 1_000);
  };

  // V8 has compiled the code of each server, and PostgreSQL has planned its statements, as in a server that runs for minutes.
  for (let bursts = 0; !smoke && bursts < 5; bursts += 1) {
    for (const clients of [sqlite, postgres, byHand]) await burst(clients);
  }

  return {
    onSqlite: () => burst(sqlite),
    onPostgres: () => burst(postgres),
    handWritten: () => burst(byHand),
    /** Transactions and commands for each message, as PostgreSQL and Redis count them. */
    async countOperations() {
      const count = async () => {
        await delay(statisticsMs);
        return {
          transactions: await postgresTransactions(cluster.postgres.url),
          commands: await redisCommands(cluster.redis.url),
        };
      };
      // Connects, and verifies the tokens.
      await burst(postgres);
      const before = await count();
      await burst(postgres);
      const after = await count();
      return {
        transactions: (after.transactions - before.transactions) / messages,
        commands: (after.commands - before.commands) / messages,
      };
    },
    /** Microseconds of processor time for each message, by process. */
    async measureProcessorTime() {
      const pids = {
        'our server': shared.pid,
        PostgreSQL: cluster.postgres.pid,
        Redis: cluster.redis.pid,
        'hand-written server': handWritten.pid,
      };
      const times = () =>
        Object.entries(pids).map(([name, pid]) => [name, processorTime(pid) ?? Number.NaN]);
      const during = async (clients) => {
        const before = Object.fromEntries(times());
        await burst(clients);
        return times().map(([name, ms]) => [name, ((ms - before[name]) * 1_000) / messages]);
      };
      await burst(postgres);
      await burst(byHand);
      const ours = Object.fromEntries(await during(postgres));
      const theirs = Object.fromEntries(await during(byHand));
      return {
        'our server': ours['our server'],
        'PostgreSQL for ours': ours.PostgreSQL,
        'Redis for ours': ours.Redis,
        'hand-written server': theirs['hand-written server'],
        'PostgreSQL for the hand-written': theirs.PostgreSQL,
        'Redis for the hand-written': theirs.Redis,
      };
    },
    /** Last, because the inspector keeps running. */
    profile: () => profile(shared, () => burst(postgres)),
    async close() {
      for (const { connection } of [...sqlite, ...postgres, ...byHand]) connection.close();
      await Promise.all([alone.stop(), handWritten.stop()]);
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function postgresTransactions(url) {
  const query = 'SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()';
  const { stdout } = await run('psql', ['-Atq', url, '-c', query]);
  return Number(stdout);
}

async function redisCommands(url) {
  const connection = connect(Number(new URL(url).port), '127.0.0.1');
  connection.end('INFO stats\r\nQUIT\r\n');
  let response = '';
  connection.setEncoding('utf8').on('data', (text) => {
    response += text;
  });
  await once(connection, 'close');
  return Number(/total_commands_processed:(\d+)/.exec(response)?.[1]);
}
