import * as z from 'zod/mini';

type Schema = z.ZodMiniType;
/** A schema for each option. An option without a schema does not compile. */
export type OptionSchemas<Options> = { readonly [Name in keyof Required<Options>]: Schema };

interface OptionParams {
  /** The received value is never part of the message. */
  readonly secret?: boolean;
  /** The value has the right type, but is out of range: a RangeError instead of a TypeError. */
  readonly range?: boolean;
}

/** @param expected completes the sentence "Option … is invalid: expected …" */
export function option<Value>(
  expected: string | ((value: unknown) => string),
  isValid: (value: Value) => boolean,
  params: OptionParams = {},
) {
  const error =
    typeof expected === 'string' ? expected : (issue: z.core.$ZodRawIssue) => expected(issue.input);
  return z.custom<Value>((value) => isValid(value as Value), { error, params: { ...params } });
}

/** An object without unknown members. All members are optional, except the required ones. */
export function optionsObject(
  schemas: { readonly [name: string]: Schema },
  required: readonly string[] = [],
) {
  const names = Object.keys(schemas).join(', ');
  const members = Object.entries(schemas).map(([name, schema]) => [
    name,
    required.includes(name) ? schema : z.optional(schema),
  ]);
  return z.strictObject(Object.fromEntries(members) as { [name: string]: Schema }, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `one of ${names}` : `an object with ${names}`,
  });
}

export const boolean = z.boolean('true or false');

/** A number from `minimum` to `maximum`, both included. */
export function number(
  minimum: number,
  maximum = Number.POSITIVE_INFINITY,
  params: OptionParams = {},
) {
  const expected =
    maximum === Number.POSITIVE_INFINITY
      ? `a number of at least ${minimum}`
      : `a number from ${minimum} to ${maximum}`;
  // z.number() does not accept Infinity, which means "no limit" here.
  return option(
    expected,
    (value) => typeof value === 'number' && value >= minimum && value <= maximum,
    params,
  );
}

/** An object with these methods. */
export function withMethods(what: string, ...methods: readonly string[]) {
  const names = methods.map((name) => `${name}()`).join(', ');
  return option<{ readonly [name: string]: unknown } | null | undefined>(
    `${what} with ${names}`,
    (value) => methods.every((name) => typeof value?.[name] === 'function'),
  );
}

/**
 * Asserts that options are valid. TypeScript checks most of this, but not every caller uses TypeScript.
 *
 * @param label what the error message calls an option
 * @throws {TypeError} or {RangeError} that names the first invalid option, the expected and the received value
 */
export function assertOptions(schema: Schema, options: unknown, label = 'Option'): void {
  const issue = z.safeParse(schema, options).error?.issues[0];
  if (issue === undefined) return;
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const name = [...path, issue.keys[0]].join('.');
    throw new TypeError(`${label} "${name}" is unknown: expected ${message}.`);
  }
  const params: OptionParams = (issue.code === 'custom' && issue.params) || {};
  const value = path.reduce((parent, key) => (parent as never)?.[key], options);
  const subject = path.length === 0 ? `${label}s are` : `${label} "${path.join('.')}" is`;
  const received = params.secret ? '' : `, received ${describeValue(value)}`;
  const InvalidOptionError = params.range ? RangeError : TypeError;
  throw new InvalidOptionError(`${subject} invalid: expected ${message}${received}.`);
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  if (isPromise(value)) return 'a promise: await it';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

export function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
