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
function variableOf(flag: string, prefix = 'CHAT_'): string {
  return prefix + flag.replace(/ .*/, '').replaceAll('-', '_').toUpperCase();
}

export function setting<Value>(
  flag: string,
  description: string,
  schema: Schema<Value>,
  standard: Value,
  prefix?: string,
) {
  return { flag, variable: variableOf(flag, prefix), description, schema, default: standard };
}

/** Without a default: `undefined` when it is not set. */
export function optional<Value>(
  flag: string,
  description: string,
  schema: Schema<Value>,
  prefix?: string,
) {
  return { flag, variable: variableOf(flag, prefix), description, schema };
}

export function list<Value>(
  flag: string,
  description: string,
  schema: Schema<Value>,
  prefix?: string,
) {
  return { ...optional(flag, description, schema, prefix), repeatable: true as const };
}

export function secretVariable<Value>(
  variable: string,
  description: string,
  schema: Schema<Value>,
) {
  return { variable, description, schema, secret: true as const };
}
