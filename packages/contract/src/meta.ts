import * as z from 'zod/mini';

/** What the documents show for a schema: JSON Schema keywords that validation does not need. */
export interface SchemaMeta {
  readonly description: string;
  readonly examples?: readonly unknown[];
  /** The extension that adds this field. */
  readonly 'x-extension'?: string;
  readonly [keyword: string]: unknown;
}

/** Attaches metadata to a clone: one model has a different description in each field that uses it. */
export function describe<Schema extends z.ZodMiniType>(schema: Schema, meta: SchemaMeta): Schema {
  const clone = schema.clone(schema._zod.def, { parent: true }) as Schema;
  z.globalRegistry.add(clone, meta);
  return clone;
}

export function string(description: string, keywords: object = {}): z.ZodMiniString<string> {
  return describe(z.string(), { description, ...keywords });
}

export function number(description: string, keywords: object = {}): z.ZodMiniNumber<number> {
  return describe(z.number(), { description, ...keywords });
}

/** A number that the documents show as an integer. Validation accepts any number: some backends count in fractions. */
export function integer(description: string, keywords: object = {}): z.ZodMiniNumber<number> {
  return number(description, { type: 'integer', minimum: 0, ...keywords });
}

/** A field that only backends with this extension send. */
export function extension<Schema extends z.ZodMiniType>(
  name: string,
  schema: Schema,
  description?: string,
): z.ZodMiniOptional<Schema> {
  const meta = { ...z.globalRegistry.get(schema), ...(description && { description }) };
  return describe(z.optional(schema), { ...(meta as SchemaMeta), 'x-extension': name });
}
