interface ParameterSpec {
  readonly description: string;
  readonly example: string | number;
  /** The extension that adds this parameter. */
  readonly extension?: string;
}

/** One query parameter: what the server parses and what the OpenAPI document shows. */
export type QueryParameter = ParameterSpec &
  (
    | {
        readonly kind: 'integer';
        readonly minimum: number;
        readonly maximum: number;
        readonly default: number;
      }
    | { readonly kind: 'choice'; readonly values: readonly string[]; readonly default: string }
    | { readonly kind: 'text' }
  );

export type QueryParameters = { readonly [name: string]: QueryParameter };

/** A query string as HTTP frameworks parse it: a repeated parameter is an array. */
export type RawQuery = { readonly [name: string]: string | readonly string[] | undefined };

export type ParsedQuery<Query> = { ok: true; query: Query } | { ok: false; detail: string };

/** Parses a query. Ignores unknown parameters; a missing one gets its default. */
export function parseQuery<Query>(parameters: QueryParameters, raw: RawQuery): ParsedQuery<Query> {
  const query: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (given === undefined) {
      if (parameter.kind !== 'text') query[name] = parameter.default;
      continue;
    }
    if (typeof given !== 'string') {
      return { ok: false, detail: `Query parameter "${name}" must be given once.` };
    }
    const value = parseValue(parameter, given);
    if (value === undefined) {
      return {
        ok: false,
        detail: `Query parameter "${name}" must be ${describeExpected(parameter)}.`,
      };
    }
    query[name] = value;
  }
  return { ok: true, query: query as Query };
}

function parseValue(parameter: QueryParameter, given: string): string | number | undefined {
  if (parameter.kind === 'choice') return parameter.values.includes(given) ? given : undefined;
  if (parameter.kind === 'text') return given === '' ? undefined : given;
  // Digits only: JavaScript also parses `1e9`, `0x10`, `+1` and ` 1` as numbers.
  if (!/^\d{1,16}$/.test(given)) return undefined;
  const value = Number(given);
  return value >= parameter.minimum && value <= parameter.maximum ? value : undefined;
}

function describeExpected(parameter: QueryParameter): string {
  if (parameter.kind === 'choice') return `one of ${parameter.values.join(', ')}`;
  if (parameter.kind === 'text') return 'a non-empty text';
  return parameter.maximum === Number.MAX_SAFE_INTEGER
    ? `a whole number from ${parameter.minimum}`
    : `a whole number from ${parameter.minimum} to ${parameter.maximum}`;
}
