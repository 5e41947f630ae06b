import {
  type $strip,
  $ZodArray,
  $ZodLiteral,
  $ZodNumber,
  type $ZodObject,
  $ZodOptional,
  $ZodString,
  type $ZodType,
} from 'zod/v4/core';
import { ObjectSchema } from './object-schema.js';

// The kinds of schema that answers are made of, from the classes that `zod/mini` wraps: its wrappers give each
// schema methods of its own, which a page would load and nobody calls.

/** What a schema lets through. Not called `infer` as elsewhere: bundled declarations would begin a type with that keyword. */
export type Output<Schema extends $ZodType> = Schema['_zod']['output'];

export function string() {
  return new $ZodString({ type: 'string' });
}

export function number() {
  return new $ZodNumber({ type: 'number' });
}

export function array<Item extends $ZodType>(element: Item) {
  return new $ZodArray({ type: 'array', element }) as $ZodArray<Item>;
}

export function optional<Schema extends $ZodType>(innerType: Schema) {
  return new $ZodOptional({ type: 'optional', innerType }) as $ZodOptional<Schema>;
}

export function object<Shape extends Record<string, $ZodType>>(shape: Shape) {
  return new ObjectSchema({ type: 'object', shape }) as $ZodObject<Shape, $strip>;
}

export function literal<const Value extends string>(values: Value[]) {
  return new $ZodLiteral({ type: 'literal', values }) as $ZodLiteral<Value>;
}
