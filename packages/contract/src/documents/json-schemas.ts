import * as z from 'zod/mini';

export type JsonSchema = { [keyword: string]: unknown };

/** What a document says about one field, beyond what its schema checks. */
export interface FieldText {
  readonly description: string;
  /** Keywords that stay out of the schema for the size of a page's bundle: formats, bounds, integers. */
  readonly keywords?: JsonSchema;
  /** Set on what only a backend with an extension sends. */
  readonly extension?: string;
}

/** A schema with the words that belong to it. */
export interface DescribedSchema {
  readonly schema: z.core.$ZodType;
  readonly description: string;
  readonly example?: unknown;
  readonly fields?: { readonly [name: string]: FieldText };
}

/** Pairs an object's schema with its words; a field without words does not compile. */
export function describeObject<Schema extends z.core.$ZodObject>(
  schema: Schema,
  text: {
    description: string;
    fields: { readonly [Field in keyof z.infer<Schema>]-?: FieldText };
    example?: z.input<Schema>;
  },
): DescribedSchema {
  return { schema, ...text };
}

/** Pairs a schema without fields with its words. */
export function describeValue(schema: z.core.$ZodType, description: string): DescribedSchema {
  return { schema, description };
}

/**
 * The schemas as JSON Schema, by name, referring to each other below `base`.
 * Unknown keys stay allowed: that is how an extension reaches a client that has not heard of it.
 */
export function toJsonSchemas(
  models: { readonly [name: string]: DescribedSchema },
  base = '#/components/schemas/',
): { [name: string]: JsonSchema } {
  const registry = z.registry<{ id: string }>();
  for (const [name, model] of Object.entries(models)) registry.add(model.schema, { id: name });
  const generated = z.toJSONSchema(registry, { io: 'input', uri: (id) => `${base}${id}` });
  return Object.fromEntries(
    Object.entries(models).map(([name, model]) => [
      name,
      withWords({ ...generated.schemas[name] }, model),
    ]),
  );
}

function withWords(generated: JsonSchema, model: DescribedSchema): JsonSchema {
  const { $schema: _, $id: __, properties, ...rest } = generated;
  return {
    description: model.description,
    ...rest,
    ...(properties === undefined
      ? {}
      : { properties: describeFields(properties as { [name: string]: JsonSchema }, model) }),
    ...(model.example === undefined ? {} : { examples: [model.example] }),
  };
}

function describeFields(properties: { [name: string]: JsonSchema }, model: DescribedSchema) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const text = model.fields?.[name];
      if (text === undefined) return [name, schema];
      const layer = text.extension === undefined ? {} : { 'x-extension': text.extension };
      return [name, { ...schema, description: text.description, ...text.keywords, ...layer }];
    }),
  );
}
