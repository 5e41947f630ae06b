import * as z from 'zod/mini';

export type JsonSchema = { [keyword: string]: unknown };

const generatedFirst = ['$ref', 'type', 'enum', 'const', 'items', 'required', 'properties'];

/**
 * The models as JSON Schemas, by name, with references to each other. Unknown keys stay allowed, so that an extension
 * can add fields without breaking clients.
 */
export function toJsonSchemas(models: { readonly [name: string]: z.core.$ZodType }): {
  [name: string]: JsonSchema;
} {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of Object.entries(models)) registry.add(schema, { id: name });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri });
  return Object.fromEntries(
    Object.keys(models).map((name) => {
      const { $schema: _, $id: __, description, ...schema } = schemas[name] as JsonSchema;
      const { properties, examples, ...rest } = schema as {
        properties?: Record<string, JsonSchema>;
        examples?: unknown[];
      };
      const fields = Object.entries(properties ?? {}).map(([key, field]) => [key, inOrder(field)]);
      return [
        name,
        {
          description,
          ...inOrder({ ...rest, ...(properties && { properties: Object.fromEntries(fields) }) }),
          ...(examples !== undefined && { examples }),
        },
      ];
    }),
  );
}

/** The example in the metadata of a schema. */
export function exampleOf(schema: z.core.$ZodType): unknown {
  return (z.globalRegistry.get(schema)?.examples as unknown[] | undefined)?.[0];
}

/** The same order of keywords whatever wraps the schema, so that the documents do not change without a reason. */
function inOrder(schema: JsonSchema): JsonSchema {
  const known = generatedFirst.filter((keyword) => keyword in schema);
  return { ...Object.fromEntries(known.map((keyword) => [keyword, schema[keyword]])), ...schema };
}
