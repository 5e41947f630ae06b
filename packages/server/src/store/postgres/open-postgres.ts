import { Client, DatabaseError, Pool, type PoolConfig } from 'pg';
import { migrate } from '../sql/migrate.js';
import { StoreOpenError } from '../store-open-error.js';
import { query } from './postgres-connection.js';
import { postgresDialect } from './postgres-dialect.js';

const migrationLock = 0x6368_6174_0001;
/** A step over a large table takes its time, and so does waiting for the process that takes it. */
const migrationTimeoutMs = 600_000;
const connectTimeoutMs = 5_000;
/** What a client waits beyond the server's own limit, so that the server's answer comes first. */
const graceMs = 1_000;

export interface PostgresPoolOptions {
  readonly url: string;
  readonly connections: number;
  readonly timeoutMs: number;
}

/**
 * Connections to a database with today's schema. Any number of processes may do this at the same time.
 *
 * @throws {StoreOpenError}
 */
export async function openPool(options: PostgresPoolOptions): Promise<Pool> {
  const { url, connections, timeoutMs } = options;
  assertUrl(url);
  const common: PoolConfig = {
    connectionString: url,
    application_name: 'chat-server',
    connectionTimeoutMillis: Math.min(connectTimeoutMs, timeoutMs),
    keepAlive: true,
  };
  await prepareDatabase({ ...common, statement_timeout: migrationTimeoutMs });
  const pool = new Pool({
    ...common,
    max: connections,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + graceMs,
    // Nobody else gets to a user's data while a transaction is open, so a forgotten one must end.
    idle_in_transaction_session_timeout: timeoutMs,
  });
  // A line that is lost while nobody uses it: the pool has dropped it, and opens another when needed.
  pool.on('error', () => undefined);
  return pool;
}

function assertUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'postgres:' || protocol === 'postgresql:') return;
  // What was given is not repeated: it may hold a password.
  throw new StoreOpenError(
    'The database URL is not one of PostgreSQL: it looks like postgres://user:password@host:5432/name.',
  );
}

async function prepareDatabase(config: PoolConfig): Promise<void> {
  const client = new Client(config);
  client.on('error', () => undefined);
  const name = describe(client);
  try {
    await client.connect();
    const [[encoding] = []] = await query(client, 'SHOW server_encoding');
    if (encoding !== 'UTF8') {
      throw new StoreOpenError(
        `${name} keeps its text as ${encoding}: create one with the encoding UTF8.`,
      );
    }
    await query(client, `BEGIN; SELECT pg_advisory_xact_lock(${migrationLock})`);
    const execute = (compiled: { readonly sql: string; readonly parameters: readonly unknown[] }) =>
      query(client, compiled.sql, [...compiled.parameters]);
    await migrate(postgresDialect, (step) => execute(step.compile()), name);
    await query(client, 'COMMIT');
  } catch (error) {
    throw explain(name, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function describe({ database, host, port }: Client): string {
  return `The database "${database}" at ${host}:${port}`;
}

const reasons: { readonly [code: string]: string } = {
  '28P01': 'refuses the name or the password',
  '28000': 'refuses the user',
  '3D000': 'does not exist: create it first',
  '42501': 'does not let this user create tables',
  '42P07': 'holds tables of another program: create one for the chat alone',
  '53300': 'takes no more connections',
  '57P03': 'is starting: try again soon',
  ECONNREFUSED: 'cannot be reached: nobody listens there',
  ENOTFOUND: 'cannot be reached: there is no such host',
  EAI_AGAIN: 'cannot be reached: the name of the host could not be looked up',
};

function explain(name: string, error: unknown): unknown {
  if (error instanceof StoreOpenError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const words = cause instanceof DatabaseError ? `says: ${cause.message}` : 'cannot be reached';
  return new StoreOpenError(`${name} ${reasons[code] ?? words}.`, { cause: error });
}
