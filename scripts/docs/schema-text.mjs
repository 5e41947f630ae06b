// The words of a JSON schema, for the pages made of OpenAPI and AsyncAPI.

const cell = (text) =>
  String(text ?? '')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');

/** Follows a `$ref` of the document; keys beside it win. */
export function resolve(document, value) {
  if (value?.$ref === undefined) return value;
  const found = value.$ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at?.[key], document);
  if (found === undefined) throw new Error(`The document has no ${value.$ref}.`);
  const { $ref, ...beside } = value;
  return { ...resolve(document, found), ...beside };
}

const nameOf = ({ $ref }) => $ref?.split('/').at(-1);

/** `string`, `Message[]`, `"asc" | "desc"`: schemas of the document are links within the page. */
export function typeOf(schema) {
  const name = nameOf(schema);
  if (name) return `[${name}](#${name.toLowerCase()})`;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((each) => `\`${JSON.stringify(each)}\``).join(' or ');
  if (schema.type === 'array') return `${typeOf(schema.items)}, a list`;
  return `${schema.type ?? 'anything'}${bounds(schema)}`;
}

function bounds({ minimum, maximum, minLength, maxLength, default: otherwise }) {
  const parts = [];
  if (minimum !== undefined) parts.push(`from ${minimum}`);
  if (maximum !== undefined) parts.push(`up to ${maximum}`);
  if (minLength !== undefined) parts.push(`at least ${minLength} long`);
  if (maxLength !== undefined) parts.push(`at most ${maxLength} long`);
  if (otherwise !== undefined) parts.push(`${JSON.stringify(otherwise)} when left out`);
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}

const layerOf = (part) => (part['x-extension'] ? ` Extension \`${part['x-extension']}\`.` : '');

/** One row for each field of an object, or each parameter. */
export function table(heading, rows) {
  if (rows.length === 0) return '';
  const lines = rows.map(
    ({ name, schema, required, described }) =>
      `| \`${name}\`${required ? '' : ' <small>optional</small>'} | ${cell(typeOf(schema))} | ${cell(described.description)}${layerOf(described)} |`,
  );
  return `| ${heading} | type | meaning |\n|---|---|---|\n${lines.join('\n')}\n`;
}

/** The heading, sentence and fields of a named schema. */
export function schemaSection(name, schema) {
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => ({
    name: key,
    schema: value,
    required: schema.required?.includes(key),
    described: value,
  }));
  const values = schema.enum ? `${typeOf(schema)}\n` : '';
  return `### ${name}\n\n${schema.description ?? ''}\n\n${table('field', fields)}${values}`;
}

export const json = (value) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
