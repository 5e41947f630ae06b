import type { Dialect } from './dialect.js';
import { Argument, type Fragment } from './fragment.js';

/** A query that is run with different arguments. */
export interface Statement<Args, Result> {
  readonly sql: string;
  bind(args: Args): SqlValue[];
  /** Undefined when the query returns no rows. */
  readonly decode?: (row: readonly unknown[], args: Args) => Result;
}

/** A statement with its arguments. */
export interface BoundStatement<Result = unknown> {
  readonly statement: Statement<object, Result>;
  readonly args: object;
}

export function withArgs<Args extends object, Result>(
  statement: Statement<Args, Result>,
  args: Args,
): BoundStatement<Result> {
  return { statement: statement as Statement<object, Result>, args };
}

export type SqlValue = string | number | null;

export type Prepare = ReturnType<typeof statementsOf>;

/** Returns the function that creates the statements of a dialect. */
export function statementsOf({ placeholder }: Dialect) {
  /**
   * `build` receives placeholders for the arguments and may use them only in `sql`. `decode` receives the selected columns in
   * their order, because naming the columns in every row is half the cost of a page.
   *
   * @example
   * const nameOf = prepare(
   *   ({ id }: { id: string }) => sql`select username from users where id = ${id}`,
   *   ([username]: [string]) => username,
   * );
   */
  return function prepare<Args extends object, Row extends readonly unknown[], Result = undefined>(
    build: (args: Args) => Fragment,
    decode?: (row: Row, args: Args) => Result,
  ): Statement<Args, Result> {
    const names: (keyof Args)[] = [];
    const placeholders = new Proxy({} as Args, { get: (_, name) => new Argument(String(name)) });
    const texts = build(placeholders).parts.map((part) =>
      typeof part === 'string' ? part : placeholder(names.push(part.name as keyof Args)),
    );
    return {
      sql: texts.join(''),
      bind: (args) => names.map((name) => toSql(args[name])),
      ...(decode && { decode: decode as NonNullable<Statement<Args, Result>['decode']> }),
    };
  };
}

function toSql(value: unknown): SqlValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value as SqlValue;
}
