import { expect, test } from 'vitest';
import { safeParse } from 'zod/v4/core';
import { ObjectSchema } from './object-schema.js';
import { ObjectSchema as CompiledObjectSchema } from './object-schema-compiled.js';
import { array, literal, number, optional, string } from './schemas.js';

const shape = { role: literal(['user', 'assistant']), content: string(), id: optional(string()) };
const message = { role: 'user', content: 'Hi' };

function check(Schema: typeof ObjectSchema | typeof CompiledObjectSchema, input: unknown) {
  const item = new Schema({ type: 'object', shape });
  const page = new Schema({ type: 'object', shape: { items: array(item), total: number() } });
  const { data, error } = safeParse(page, input);
  return { data, issues: error?.issues };
}

// Node runs the one and pages the other.
test.each([
  ['what fits', { items: [message, { ...message, id: 'm-1' }], total: 2 }],
  ['keys that nobody has heard of', { items: [{ ...message, mood: 'sunny' }], total: 1, more: 1 }],
  ['a key that would change the prototype', JSON.parse('{"items":[],"total":0,"__proto__":{}}')],
  ['an optional key that is undefined', { items: [{ ...message, id: undefined }], total: 1 }],
  ['a key that is missing', { items: [{ role: 'user' }], total: 1 }],
  ['a word that is none of those allowed', { items: [{ ...message, role: 'cat' }], total: 1 }],
  ['values of other types', { items: [{ role: 1, content: null, id: 2 }], total: '1' }],
  ['an array for an object', { items: [[]], total: 1 }],
  ['null', null],
])('says the same of %s whether the check is compiled or not', (_, input) => {
  const checked = check(ObjectSchema, input);
  expect(checked.data ?? checked.issues).toBeDefined();
  expect(check(CompiledObjectSchema, input)).toEqual(checked);
});
