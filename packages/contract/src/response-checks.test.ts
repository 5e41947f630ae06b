import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Check } from './checks.js';
import { explainIssues, explainMisfit } from './explain.js';
import { FrameData } from './frames.js';
import { frameDataCheck, responseChecks } from './response-checks.js';
import { responses } from './responses.js';
import type { RouteName } from './routes.js';

type Schema = z.core.$ZodTypes;

const schemas = [
  ...Object.entries(responses).map(
    ([name, schema]) => [name, schema, responseChecks[name as RouteName]] as const,
  ),
  ['frame data', FrameData, frameDataCheck] as const,
];

describe.each(schemas)('%s', (_, schema, check) => {
  test('is checked as by its schema: the same result, or the same sentence', () => {
    const seen = { good: 0, bad: 0 };
    fc.assert(
      fc.property(inputs(schema as unknown as Schema), (given) => {
        const input: unknown = JSON.parse(JSON.stringify(given));
        const { success, data, error } = z.safeParse(schema, input);
        seen[success ? 'good' : 'bad'] += 1;
        expect(outcome(check, input)).toEqual(
          success ? { data } : { sentence: explainIssues(error.issues, input, 'The answer') },
        );
      }),
      { numRuns: 400 },
    );
    expect(seen.good).toBeGreaterThan(10);
    expect(seen.bad).toBeGreaterThan(10);
  });
});

function outcome(check: Check, input: unknown) {
  try {
    return {
      data: check(input, (...misfit) => new Error(explainMisfit('The answer', ...misfit))),
    };
  } catch (error) {
    return { sentence: (error as Error).message };
  }
}

/** What fits the schema, with something of another kind here and there, and fields that it does not name. */
function inputs(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: fitting(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
    { weight: 1, arbitrary: fc.constantFrom([], {}, [[]], 'user', 'user|assistant', '', 0, null) },
  );
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  switch (def.type) {
    case 'string':
      return fc.string();
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
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
  ['a number that JSON can write and nobody can count', '{"todayMessages":1e999}'],
  ['null', 'null'],
  ['a list', '[]'],
])('%s is refused as by the schema', (_, json) => {
  const { error } = z.safeParse(responses.messageStats, JSON.parse(json));
  expect(outcome(responseChecks.messageStats, JSON.parse(json))).toEqual({
    sentence: explainIssues(error!.issues, JSON.parse(json), 'The answer'),
  });
});

test('a key called __proto__ changes nothing about the result', () => {
  const input: unknown = JSON.parse('{"message":"Hi","__proto__":{"admin":true}}');
  const { data } = outcome(responseChecks.logout, input);
  expect(data).toEqual({ message: 'Hi' });
  expect(data).not.toHaveProperty('admin');
});
