/** Represents the argument of that name in a statement. */
export class Argument {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A piece of SQL: texts, and arguments between them. */
export class Fragment {
  readonly parts: readonly (string | Argument)[];

  constructor(parts: readonly (string | Argument)[]) {
    this.parts = parts;
  }
}

/** A value of the template is an argument or another fragment. */
export function sql(texts: TemplateStringsArray, ...values: readonly unknown[]): Fragment {
  return new Fragment(
    texts.flatMap((text, index) => (index === 0 ? text : [...partsOf(values[index - 1]), text])),
  );
}

/** Text of our own, such as the name of a table. */
export function raw(text: string): Fragment {
  return new Fragment([text]);
}

/** A list of columns, or of their changes. */
export function columns(names: readonly string[]): Fragment {
  return raw(names.join(', '));
}

export function join(values: readonly unknown[], separator: string): Fragment {
  return new Fragment(
    values.flatMap((value, index) =>
      index === 0 ? partsOf(value) : [separator, ...partsOf(value)],
    ),
  );
}

/** Columns with their values. */
export type Values = Readonly<Record<string, unknown>>;

export function insertInto(table: string, values: Values): Fragment {
  const list = join(Object.values(values), ', ');
  return sql`insert into ${raw(table)} (${columns(Object.keys(values))}) values (${list})`;
}

/**
 * Inserts a row, or changes the one with the same key.
 * @param fixed columns that never change: SQLite writes each index of a column that an update names, whatever its value is
 */
export function upsert(table: string, key: Values, changing: Values, fixed: Values = {}): Fragment {
  const changes = Object.keys(changing).map((name) => `${name} = excluded.${name}`);
  return sql`${insertInto(table, { ...key, ...fixed, ...changing })} on conflict (${columns(Object.keys(key))}) do update set ${columns(changes)}`;
}

/** Never the text of a value: it could contain SQL. */
function partsOf(value: unknown): Fragment['parts'] {
  if (value instanceof Fragment) return value.parts;
  if (value instanceof Argument) return [value];
  throw new TypeError('A value in a statement must be an argument or a fragment.');
}
