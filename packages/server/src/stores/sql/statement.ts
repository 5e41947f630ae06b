import { type Compilable, type CompiledQuery, sql } from 'kysely';

/** A query that is compiled once and run with different arguments. */
export interface Statement<Args, Result> {
  readonly sql: string;
  bind(args: Args): SqlValue[];
  /** Undefined when the query returns no rows. */
  readonly decode?: (row: readonly unknown[], args: Args) => Result;
}

export type SqlValue = string | number | null;

/** Represents the argument of that name in a query. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Compiles `build` once: compiling costs more than most of these queries. This happens when the statement is used first, because
 * a server that starts needs few of them. `build` receives placeholders for the arguments and may use them only as values.
 * `decode` receives the selected columns in their order, because naming the columns in every row is half the cost of a page.
 *
 * @example
 * const nameOf = prepare(
 *   (args: { id: string }) => db.selectFrom('users').select('username').where('id', '=', args.id),
 *   ([username]: [string]) => username,
 * );
 */
export function prepare<Args extends object, Row extends readonly unknown[], Result = undefined>(
  build: (args: Args) => Compilable,
  decode?: (row: Row, args: Args) => Result,
): Statement<Args, Result> {
  const placeholders = new Proxy({} as Args, { get: (_, name) => new Placeholder(String(name)) });
  let compiled: CompiledQuery | undefined;
  const compile = (): CompiledQuery => {
    compiled ??= build(placeholders).compile();
    return compiled;
  };
  return {
    get sql() {
      return compile().sql;
    },
    bind: (args) =>
      compile().parameters.map((value) =>
        toSql(value instanceof Placeholder ? args[value.name as keyof Args] : value),
      ),
    ...(decode && { decode: decode as NonNullable<Statement<Args, Result>['decode']> }),
  };
}

/** For an upsert: each column gets the value that could not be inserted. */
export function excluded<Columns extends object>(columns: Columns): Columns {
  const references = Object.keys(columns).map((name) => [name, sql.ref(`excluded.${name}`)]);
  return Object.fromEntries(references);
}

function toSql(value: unknown): SqlValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value as SqlValue;
}
