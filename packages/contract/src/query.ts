/** One query parameter, as data: what the server parses and the OpenAPI document shows. */
export type QueryParameter =
  | {
      readonly kind: 'integer';
      readonly minimum: number;
      readonly maximum: number;
      readonly default: number;
    }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly default: string }
  | { readonly kind: 'text' };

export type QueryParameters = { readonly [name: string]: QueryParameter };

/** A query string as HTTP frameworks hand it over: a repeated parameter is an array. */
export type RawQuery = { readonly [name: string]: string | readonly string[] | undefined };

export type ParsedQuery<Query> = { ok: true; query: Query } | { ok: false; detail: string };

/** Reads a query by its table. Unknown parameters are ignored, a missing one takes its default. */
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
    const value = readValue(parameter, given);
    if (value === undefined) {
      return { ok: false, detail: `Query parameter "${name}" must be ${expectation(parameter)}.` };
    }
    query[name] = value;
  }
  return { ok: true, query: query as Query };
}

function readValue(parameter: QueryParameter, given: string): string | number | undefined {
  if (parameter.kind === 'choice') return parameter.values.includes(given) ? given : undefined;
  if (parameter.kind === 'text') return given === '' ? undefined : given;
  // Digits only: `1e9`, `0x10`, `+1` and ` 1` are numbers to JavaScript but not page numbers.
  if (!/^\d{1,16}$/.test(given)) return undefined;
  const value = Number(given);
  return value >= parameter.minimum && value <= parameter.maximum ? value : undefined;
}

function expectation(parameter: QueryParameter): string {
  if (parameter.kind === 'choice') return `one of ${parameter.values.join(', ')}`;
  if (parameter.kind === 'text') return 'a non-empty text';
  return parameter.maximum === Number.MAX_SAFE_INTEGER
    ? `a whole number from ${parameter.minimum}`
    : `a whole number from ${parameter.minimum} to ${parameter.maximum}`;
}
