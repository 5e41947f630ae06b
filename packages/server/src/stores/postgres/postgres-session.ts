import type { ClientBase } from 'pg';
import { query } from './postgres-connection.js';

/** Clients whose connection to PostgreSQL belongs to them alone. */
const direct = new WeakSet<ClientBase>();

/**
 * Sets up a new connection. Behind a pooler such as PgBouncer in transaction mode, two transactions of a client may run on
 * different connections to PostgreSQL, which other clients use too: session settings and named statements would be shared
 * with them. Such a pooler sends its own process ID at the start, so it differs from that of the PostgreSQL process.
 */
export async function prepareSession(client: ClientBase, timeoutMs: number): Promise<void> {
  const { processID } = client as ClientBase & { readonly processID?: number | null };
  const settings = Object.entries(sessionSettings(timeoutMs)).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`,
  );
  const rows = await query(
    client,
    `SELECT ${settings.join(', ')} FROM pg_backend_pid() AS pid WHERE pid = $1`,
    [processID ?? null],
  );
  if (rows.length !== 1) return;
  direct.add(client);
  // Queries are sent without waiting for the responses to earlier ones: a transaction needs two round trips.
  (client as ClientBase & { pipeline: boolean }).pipeline = true;
}

export function isDirect(client: ClientBase): boolean {
  return direct.has(client);
}

/** Starts a transaction with the same settings on any connection. */
export function beginTransaction(client: ClientBase, timeoutMs: number): string {
  // The default isolation of the database may be a stricter one, which fails when transactions overlap.
  const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED';
  return isDirect(client) ? begin : `${begin}; ${localTimeouts(timeoutMs)}`;
}

function localTimeouts(timeoutMs: number): string {
  return Object.entries(timeouts(timeoutMs))
    .map(([name, value]) => `SET LOCAL ${name} = ${value}`)
    .join('; ');
}

function sessionSettings(timeoutMs: number) {
  return {
    ...timeouts(timeoutMs),
    default_transaction_isolation: 'read committed',
    ...keyedAccess,
  };
}

/**
 * All statements find rows by a key. PostgreSQL stores the plan of a prepared statement, and for tables that are still small it
 * would prefer to read them as a whole.
 */
const keyedAccess = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

function timeouts(timeoutMs: number) {
  return {
    statement_timeout: timeoutMs,
    // An open transaction blocks the user's other transactions, so an idle one must end.
    idle_in_transaction_session_timeout: timeoutMs,
  };
}
