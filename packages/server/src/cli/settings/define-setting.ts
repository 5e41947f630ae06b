import type * as z from 'zod/mini';

type Schema<Value> = z.ZodMiniType<Value>;

export interface Setting<Value = unknown> {
  /** Such as `port <n>`. Secrets have a variable only: other users of the machine can read arguments. */
  readonly flag?: string;
  readonly variable: string;
  readonly description: string;
  /** Parses the text of the flag or variable. */
  readonly schema: Schema<Value>;
  /** The flag can be repeated; commas separate the values of the variable. */
  readonly repeatable?: true;
  /** Error messages never contain the value. */
  readonly secret?: true;
  readonly default?: Value;
}

/** The variable of `--cors-origin` is `CHAT_CORS_ORIGIN`. */
function variableOf(flag: string): string {
  return `CHAT_${flag.replace(/ .*/, '').replaceAll('-', '_').toUpperCase()}`;
}

export function setting<Value>(
  flag: string,
  description: string,
  schema: Schema<Value>,
  standard: Value,
) {
  return { ...optional(flag, description, schema), default: standard };
}

/** Without a default: `undefined` when it is not set. */
export function optional<Value>(flag: string, description: string, schema: Schema<Value>) {
  return { flag, variable: variableOf(flag), description, schema };
}

export function list<Value>(flag: string, description: string, schema: Schema<Value>) {
  return { ...optional(flag, description, schema), repeatable: true as const };
}

/** A setting with a flag whose value may contain a secret. */
export function withSecret<Given extends Setting>(given: Given) {
  return { ...given, secret: true as const };
}

export function secretVariable<Value>(
  variable: string,
  description: string,
  schema: Schema<Value>,
) {
  return { variable, description, schema, secret: true as const };
}

/** The variables of a command have this prefix instead of `CHAT_`. */
export function withPrefix<Table extends { readonly [name: string]: Setting }>(
  prefix: string,
  table: Table,
): Table {
  const settings = Object.entries(table).map(([name, given]) => [
    name,
    { ...given, variable: given.variable.replace(/^CHAT_/, prefix) },
  ]);
  return Object.fromEntries(settings) as Table;
}
