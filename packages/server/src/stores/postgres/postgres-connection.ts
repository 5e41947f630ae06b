import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { type ClientBase, type CustomTypesConfig, types } from 'pg';
import { writeTurnTogether } from '../../write-together.js';
import type { Statement } from '../sql/statement.js';
import { explainPostgresError } from './postgres-error.js';

/** Our integers fit into JavaScript numbers; node-postgres would return a bigint as a string. */
const bigintAsNumber: CustomTypesConfig = {
  getTypeParser: (type, format) =>
    type === types.builtins.INT8 ? Number : types.getTypeParser(type, format),
};

/** @param named prepares the statement once per connection, which saves planning it each time */
export async function runStatement<Args extends object, Result>(
  client: ClientBase,
  statement: Statement<Args, Result>,
  args: Args,
  named: boolean,
): Promise<Result[]> {
  const { sql, decode } = statement;
  const rows = await query(
    client,
    sql,
    statement.bind(args),
    named ? statementName(sql) : undefined,
  );
  return decode === undefined ? [] : rows.map((row) => decode(row, args));
}

/** Runs one query and returns its rows as arrays of columns. */
export async function query(
  client: ClientBase,
  text: string,
  values: unknown[] = [],
  name?: string,
): Promise<readonly unknown[][]> {
  // Every property costs: node-postgres copies each of them with its descriptor.
  const config = { text, values, name, rowMode: 'array' as const, types: bigintAsNumber };
  const send = () =>
    client.query<unknown[]>(config).then(
      ({ rows }) => rows,
      (error: unknown) => {
        throw explainPostgresError(error);
      },
    );
  const { pipeline, connection } = client as PipelinedClient;
  if (pipeline === true) {
    if (connection !== undefined) writeTurnTogether(connection.stream);
    return send();
  }
  const sent = (lastQuery.get(client) ?? Promise.resolve()).then(send);
  lastQuery.set(
    client,
    sent.catch(() => undefined),
  );
  return sent;
}

interface PipelinedClient extends ClientBase {
  readonly pipeline?: boolean;
  readonly connection?: { readonly stream: Writable };
}

/** The last query of each connection that sends one query after the other. */
const lastQuery = new WeakMap<ClientBase, Promise<unknown>>();

const names = new Map<string, string>();

/** A hash of the query, because two queries must not share a name. */
function statementName(sql: string): string {
  const cached = names.get(sql);
  if (cached !== undefined) return cached;
  const name = `chat_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
  names.set(sql, name);
  return name;
}
