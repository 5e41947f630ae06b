import { createHash } from 'node:crypto';
import { type ClientBase, type CustomTypesConfig, types } from 'pg';
import type { Statement } from '../sql/statement.js';
import { explainPostgresError } from './postgres-error.js';

/** Our whole numbers fit into JavaScript's; node-postgres would give a bigint as text. */
const bigintAsNumber: CustomTypesConfig = {
  getTypeParser: (type, format) =>
    type === types.builtins.INT8 ? Number : types.getTypeParser(type, format),
};

/** A client, or the pool that lends one for a query. */
export type Queryable = Pick<ClientBase, 'query'>;

export async function runStatement<Args extends object, Result>(
  on: Queryable,
  statement: Statement<Args, Result>,
  args: Args,
): Promise<Result[]> {
  const { sql, decode } = statement;
  const rows = await query(on, sql, statement.bind(args), preparedName(sql));
  return decode === undefined ? [] : rows.map((row) => decode(row, args));
}

/** Runs one query and gives its rows as lists of columns. */
export async function query(
  on: Queryable,
  text: string,
  values: unknown[] = [],
  name?: string,
): Promise<readonly unknown[][]> {
  try {
    const config = { text, values, rowMode: 'array' as const, types: bigintAsNumber };
    const result = await on.query<unknown[]>(name === undefined ? config : { ...config, name });
    return result.rows;
  } catch (error) {
    throw explainPostgresError(error);
  }
}

const names = new Map<string, string>();

/** Of the text itself: behind a pooler, another process may have prepared on the same connection. */
function preparedName(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `chat_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
  names.set(sql, name);
  return name;
}
