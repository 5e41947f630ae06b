import type { Compilable } from 'kysely';

/** A query that was compiled once and is run with other arguments each time. */
export interface Statement<Args, Result> {
  readonly sql: string;
  bind(args: Args): SqlValue[];
  /** Missing when the query gives no rows. */
  readonly decode?: (row: readonly unknown[], args: Args) => Result;
}

export type SqlValue = string | number | null;

/** Stands in a query for the argument of that name. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Compiles `build` once: compiling costs more than most of these queries do. What `build` is given
 * are stand-ins for the arguments, to be used as values and nothing else. `decode` gets the selected
 * columns in their order, because naming each of them again in every row is half the cost of a page.
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
  const standIns = new Proxy({} as Args, { get: (_, name) => new Parameter(String(name)) });
  const { sql, parameters } = build(standIns).compile();
  return {
    sql,
    bind: (args) =>
      parameters.map((value) =>
        toSql(value instanceof Parameter ? args[value.name as keyof Args] : value),
      ),
    ...(decode && { decode: decode as NonNullable<Statement<Args, Result>['decode']> }),
  };
}

function toSql(value: unknown): SqlValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value as SqlValue;
}
