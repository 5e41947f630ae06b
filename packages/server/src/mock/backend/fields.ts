import * as z from 'zod/mini';
import { maxTimerMs } from '../../domain/runtime/system-clock.js';
import { number, option, optionsObject } from '../../options/assert-options.js';

/** A field of a control call: how it is validated, and what the OpenAPI document shows. */
export interface Field {
  readonly schema: z.ZodMiniType;
  readonly json: { readonly [keyword: string]: unknown };
  readonly required?: true;
}
export type Fields = { readonly [name: string]: Field };

const range = { range: true };

export function text(description: string, keywords: object = {}): Field {
  return {
    schema: z.string('a string'),
    json: { type: 'string', description, ...keywords },
  };
}

export function flag(description: string): Field {
  return {
    schema: option('true', (value) => value === true, range),
    json: { type: 'boolean', const: true, description },
  };
}

export function boolean(description: string): Field {
  return { schema: z.boolean('true or false'), json: { type: 'boolean', description } };
}

export function integer(description: string, minimum: number, maximum = Infinity): Field {
  const to = maximum === Infinity ? '' : ` to ${maximum}`;
  return {
    schema: option(
      `an integer from ${minimum}${to}`,
      (value) => isIntegerWithin(value, minimum, maximum),
      range,
    ),
    json: { type: 'integer', ...bounds(minimum, maximum), description },
  };
}

/** A time in milliseconds. */
export function duration(description: string, maximum = maxTimerMs): Field {
  return {
    schema: number(0, maximum, range),
    json: { type: 'number', ...bounds(0, maximum), description },
  };
}

export function choice(description: string, values: readonly string[]): Field {
  return {
    schema: option(`one of ${values.join(', ')}`, (value) => values.includes(value as string)),
    json: { type: 'string', enum: values, description },
  };
}

/** A value with a rule of its own. */
export function custom<Value>(
  description: string,
  expected: string,
  isValid: (value: Value) => boolean,
  keywords: object,
): Field {
  return { schema: option(expected, isValid, range), json: { ...keywords, description } };
}

/** A value that is not validated here. */
export function anyJson(description: string, keywords: object): Field {
  return { schema: z.unknown(), json: { ...keywords, description } };
}

export function list(description: string, items: Field): Field {
  const { json, schema } = items;
  return {
    schema: z.array(schema, 'a list'),
    json: { type: 'array', items: json, description },
  };
}

export function object(description: string, fields: Fields): Field {
  return { schema: objectSchema(fields), json: { ...objectJson(fields), description } };
}

export function required(field: Field): Field {
  return { ...field, required: true };
}

/** Rejects unknown fields. */
export function objectSchema(fields: Fields) {
  const schemas = Object.entries(fields).map(([name, { schema }]) => [name, schema]);
  return optionsObject(Object.fromEntries(schemas), requiredNames(fields));
}

export function objectJson(fields: Fields): Field['json'] {
  const names = requiredNames(fields);
  return {
    type: 'object',
    ...(names.length > 0 && { required: names }),
    properties: Object.fromEntries(Object.entries(fields).map(([name, { json }]) => [name, json])),
    additionalProperties: false,
  };
}

export function isIntegerWithin(value: unknown, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
}

function requiredNames(fields: Fields): string[] {
  return Object.keys(fields).filter((name) => fields[name]?.required);
}

function bounds(minimum: number, maximum: number): object {
  return maximum === Infinity ? { minimum } : { minimum, maximum };
}
