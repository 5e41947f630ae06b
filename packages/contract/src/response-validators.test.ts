import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { describeFirstIssue, describeIssue } from './describe-issue.js';
import { FrameDataSchema } from './frames.js';
import { responseValidators, validateFrameData } from './response-validators.gen.js';
import { routeSpecs } from './route-specs.js';
import type { RouteName } from './routes.js';
import type { Validator } from './validators.js';

type Schema = z.core.$ZodTypes;

const schemas = [
  ...Object.entries(routeSpecs).map(
    ([name, { response }]) => [name, response, responseValidators[name as RouteName]] as const,
  ),
  ['frame data', FrameDataSchema, validateFrameData] as const,
];

describe.each(schemas)('%s', (_, schema, validate) => {
  test('gives the same result or the same error as its schema', () => {
    const counts = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(inputs(schema as unknown as Schema), (given) => {
        const input: unknown = JSON.parse(JSON.stringify(given));
        const { success, error } = z.safeParse(open(schema as unknown as Schema), input);
        counts[success ? 'valid' : 'invalid'] += 1;
        expect(outcome(validate, input)).toEqual(
          success
            ? { data: input }
            : { sentence: describeFirstIssue(error.issues, input, 'The response') },
        );
      }),
      { numRuns: 400 },
    );
    expect(counts.valid).toBeGreaterThan(10);
    expect(counts.invalid).toBeGreaterThan(10);
  });
});

/** The schema as the client reads it: values of enumerations may be any string. */
function open(schema: Schema): z.ZodMiniType {
  const { def } = schema._zod;
  switch (def.type) {
    case 'literal':
      return z.string();
    case 'optional':
      return z.optional(open(def.innerType as Schema));
    case 'array':
      return z.array(open(def.element as Schema));
    case 'object':
      return z.object(
        Object.fromEntries(
          Object.entries(def.shape).map(([name, field]) => [name, open(field as Schema)]),
        ),
      );
    default:
      return schema as unknown as z.ZodMiniType;
  }
}

function outcome(validate: Validator, input: unknown) {
  const issue = validate(input);
  return issue ? { sentence: describeIssue('The response', ...issue) } : { data: input };
}

/** Values that match the schema, some wrong values in between, and unknown fields. */
function inputs(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: matching(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
    { weight: 1, arbitrary: fc.constantFrom([], {}, [[]], 'user', 'user|assistant', '', 0, null) },
  );
}

function matching(schema: Schema): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  switch (def.type) {
    case 'string':
      return fc.string();
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'array':
      return fc.array(inputs(def.element as Schema), { maxLength: 3 });
    case 'object': {
      const fields = Object.entries(def.shape) as [string, Schema][];
      const isOptional = (field: Schema) => field._zod.def.type === 'optional';
      return fc
        .tuple(
          fc.record(
            Object.fromEntries(fields.map(([name, field]) => [name, inputs(inner(field))])),
            {
              requiredKeys: fields.filter(([, field]) => !isOptional(field)).map(([name]) => name),
            },
          ),
          fc.dictionary(fc.constantFrom('more', 'constructor', 'id?', 'toString'), fc.integer(), {
            maxKeys: 1,
          }),
          fc.oneof(
            { weight: 20, arbitrary: fc.constant(null) },
            { weight: 1, arbitrary: fc.constantFrom(...fields.map(([name]) => name)) },
          ),
        )
        .map(([record, more, missing]) => {
          const whole = { ...more, ...record };
          if (missing !== null) delete whole[missing];
          return whole;
        });
    }
    default:
      throw new Error(`No arbitrary for a schema of type "${def.type}".`);
  }
}

function inner(field: Schema): Schema {
  const { def } = field._zod;
  return def.type === 'optional' ? (def.innerType as Schema) : field;
}

test.each([
  ['a number that JSON allows but parses to Infinity', '{"todayMessages":1e999}'],
  ['null', 'null'],
  ['a list', '[]'],
])('rejects %s like the schema', (_, json) => {
  const { error } = z.safeParse(routeSpecs.messageStats.response, JSON.parse(json));
  expect(outcome(responseValidators.messageStats, JSON.parse(json))).toEqual({
    sentence: describeFirstIssue(error!.issues, JSON.parse(json), 'The response'),
  });
});

test('ignores a key named __proto__', () => {
  const input: unknown = JSON.parse('{"message":"Hi","__proto__":{"admin":true}}');
  const { data } = outcome(responseValidators.logout, input);
  expect(data).toEqual({ message: 'Hi' });
  expect(data).not.toHaveProperty('admin');
});
