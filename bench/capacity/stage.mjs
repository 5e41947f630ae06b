// The stage of the capacity suite: one real instance on a SQLite file, and one on PostgreSQL and Redis.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startTopology } from '../../scripts/cluster/topology.mjs';
import { Program } from '../../scripts/program.mjs';
import { Connection } from '../cost/connection.mjs';
import { signToken } from '../token.mjs';

const run = promisify(execFile);
/** How many users talk at once, each on a line of its own. */
const callers = 32;
/** After which engines have written their own statistics down. */
const statisticsMs = 2_000;

export async function prepareCapacity({ smoke }) {
  const messages = smoke ? 64 : 640;
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const environment = {
    CHAT_JWT_SECRET: randomBytes(32).toString('hex'),
    CHAT_MESSAGES_PER_MINUTE: '100000000',
    CHAT_LOG_LEVEL: 'warn',
  };
  const alone = new Program({ data: join(folder, 'bench.db'), environment });
  process.once('exit', () => alone.kill());
  await alone.start();
  // What is committed is on the disk here too, or the two could not be compared.
  const cluster = await startTopology({ instances: 1, environment, postgres: { durable: true } });
  const [shared] = cluster.instances;

  const talkersOf = ({ port }) =>
    Array.from({ length: callers }, (_, user) => ({
      connection: new Connection(port),
      token: signToken(environment.CHAT_JWT_SECRET, `user-${user}`),
    }));
  const sqlite = talkersOf(alone);
  const postgres = talkersOf(shared);

  /** Has all of them talk until so many messages are answered, and gives how many that were in a second. */
  const burst = async (talkers) => {
    const started = performance.now();
    await Promise.all(
      talkers.map(async ({ connection, token }) => {
        for (let sent = 0; sent < messages / callers; sent += 1) {
          const body = { message: 'Which tram goes to the harbour?' };
          await connection.call('POST', '/chat', token, body, { prefer: 'return=minimal' });
        }
      }),
    );
    return messages / ((performance.now() - started) / 1_000);
  };

  return {
    onSqlite: () => burst(sqlite),
    onPostgres: () => burst(postgres),
    /** What a message costs the engines, by their own count. */
    async countWork() {
      const count = async () => {
        await delay(statisticsMs);
        return {
          transactions: await postgresTransactions(cluster.postgres.url),
          commands: await redisCommands(cluster.redis.url),
        };
      };
      const before = await count();
      await burst(postgres);
      const after = await count();
      return {
        transactions: (after.transactions - before.transactions) / messages,
        commands: (after.commands - before.commands) / messages,
      };
    },
    async close() {
      for (const { connection } of [...sqlite, ...postgres]) connection.close();
      await alone.stop();
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
  const line = connect(Number(new URL(url).port), '127.0.0.1');
  line.end('INFO stats\r\nQUIT\r\n');
  let answer = '';
  line.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  await once(line, 'close');
  return Number(/total_commands_processed:(\d+)/.exec(answer)?.[1]);
}
