import { Client, Pool, type PoolConfig } from 'pg';
import { postgresDialect } from '../sql/dialect.js';
import { migrate } from '../sql/migrate.js';
import { tableNames } from '../sql/migrations.js';
import { StoreOpenError } from '../store-open-error.js';
import { explainOpenError, foreignTables } from './explain-open-error.js';
import { query } from './postgres-connection.js';
import { beginTransaction, prepareSession } from './postgres-session.js';
import { explainInvalidParameter, isPostgresUrl } from './postgres-url.js';

const migrationLock = 0x6368_6174_0001;
/** A migration of a large table takes long, and so does waiting for the process that runs it. */
const migrationTimeoutMs = 600_000;
const connectTimeoutMs = 5_000;
/** The client waits this much longer than the server's own timeout, so that the server's error arrives first. */
const graceMs = 1_000;

export interface PostgresPoolOptions {
  readonly url: string;
  readonly connections: number;
  readonly timeoutMs: number;
}

/**
 * Opens a pool on a database with the current schema. Any number of processes may do this at the same time.
 *
 * @throws {StoreOpenError}
 */
export async function openPool(options: PostgresPoolOptions): Promise<Pool> {
  const { url, connections, timeoutMs } = options;
  if (!isPostgresUrl(url)) {
    // The message does not repeat the URL: it may contain a password.
    const parameter = explainInvalidParameter(url);
    throw new StoreOpenError(
      parameter === undefined
        ? 'The PostgreSQL URL is invalid: it must look like postgres://user:password@host:5432/name, with special characters of the password percent-encoded.'
        : `The PostgreSQL URL is invalid: it must be an address whose parameter ${parameter}.`,
    );
  }
  // No further startup parameters: poolers such as PgBouncer reject them.
  const common: PoolConfig = {
    connectionString: url,
    application_name: 'chat-server',
    connectionTimeoutMillis: Math.min(connectTimeoutMs, timeoutMs),
    keepAlive: true,
  };
  await prepareDatabase({ ...common, query_timeout: migrationTimeoutMs + graceMs });
  const pool = new Pool({
    ...common,
    max: connections,
    query_timeout: timeoutMs + graceMs,
    onConnect: (client) => prepareSession(client, timeoutMs),
  });
  // An idle connection was lost: the pool has removed it and opens another one when needed.
  pool.on('error', () => undefined);
  return pool;
}

async function prepareDatabase(config: PoolConfig): Promise<void> {
  const client = createClient(config);
  client.on('error', () => undefined);
  const name = describeDatabase(client);
  try {
    await client.connect();
    const [[encoding] = []] = await query(client, 'SHOW server_encoding');
    if (encoding !== 'UTF8') {
      throw new StoreOpenError(
        `${name} has the encoding ${encoding}: create one with the encoding UTF8.`,
      );
    }
    await query(
      client,
      `${beginTransaction(client, migrationTimeoutMs)}; SELECT pg_advisory_xact_lock(${migrationLock})`,
    );
    await assertOwnDatabase(client, name);
    await migrate(postgresDialect, (sql) => query(client, sql), name);
    await query(client, 'COMMIT');
  } catch (error) {
    throw explainOpenError(name, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The tables are created together: other programs have only tables of some of these names. */
async function assertOwnDatabase(client: Client, name: string): Promise<void> {
  const existing = await query(
    client,
    // Only where tables are created: a further schema of the search_path may belong to another program.
    'SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY($1)',
    [tableNames],
  );
  if (existing.length > 0 && existing.length < tableNames.length) {
    throw new StoreOpenError(`${name} ${foreignTables}.`);
  }
}

/** @throws {StoreOpenError} without the URL, when node-postgres rejects it */
function createClient(config: PoolConfig): Client {
  try {
    return new Client(config);
  } catch (cause) {
    // The files of sslrootcert, sslcert and sslkey are read here.
    const { path } = cause as NodeJS.ErrnoException;
    throw new StoreOpenError(
      path === undefined
        ? 'The PostgreSQL URL is invalid: percent-encode special characters, and check its parameters.'
        : `The PostgreSQL URL names the file "${path}", which cannot be read: check sslrootcert, sslcert and sslkey.`,
      { cause },
    );
  }
}

function describeDatabase({ database, host, port }: Client): string {
  const address = host.startsWith('/')
    ? `the Unix socket ${host}/.s.PGSQL.${port}`
    : `${host}:${port}`;
  return `The database "${database}" at ${address}`;
}
