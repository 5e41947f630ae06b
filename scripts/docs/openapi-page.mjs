// docs/openapi.json as a page for people.
import { json, resolve, schemaSection, table, typeOf } from './schema-text.mjs';

/** @returns {string} Markdown */
export function openApiPage(document) {
  const base = document.servers[0].url;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
  const index = operations.map(
    ({ path, method, operation }) =>
      `| [\`${method} ${base}${path}\`](#${anchor(operation.summary)}) | ${operation.summary} | ${operation['x-layer']} |`,
  );
  return [
    '# HTTP API',
    `${document.info.summary} This page is made from [openapi.json](site:openapi.json), which your tools can read; the rules behind it are [the protocol](protocol.md).`,
    about(document.info.description),
    `| call | what it does | layer |\n|---|---|---|\n${index.join('\n')}`,
    ...operations.map((each) => operationSection(document, base, each)),
    '## Schemas',
    ...Object.entries(document.components.schemas).map(([name, schema]) =>
      schemaSection(name, schema),
    ),
    '## Refusals',
    'Every call may be refused in these ways, with `{ "detail": string }` for a body.',
    refusals(document),
  ].join('\n\n');
}

/** Without what only readers of the document itself need. */
const about = (description) =>
  description
    .split('\n\n')
    .filter((paragraph) => !paragraph.includes('`x-layer') && !paragraph.includes('AsyncAPI'))
    .concat(
      '**Core** every backend has; an **extension** it may lack, and a client works without it.',
    )
    .join('\n\n');

const anchor = (heading) => heading.toLowerCase().replaceAll(' ', '-');

function operationSection(document, base, { path, method, operation }) {
  const parameters = operation.parameters.map((each) => resolve(document, each));
  const body = operation.requestBody?.content['application/json'];
  const limit = operation['x-rate-limit'];
  const notes = [
    operation.security.length === 0 ? 'Needs no token.' : 'Needs `Authorization: Bearer …`.',
    limit && `${limit.requests} in ${limit.seconds} seconds per ${limit.per}.`,
    operation['x-extension'] && `Extension \`${operation['x-extension']}\`.`,
  ];
  const [status, answer] = Object.entries(operation.responses)[0];
  const { schema, examples } = answer.content['application/json'];
  return [
    `## ${operation.summary}`,
    `**\`${method} ${base}${path}\`**`,
    operation.description,
    notes.filter(Boolean).join(' '),
    table(
      'parameter',
      parameters.map((each) => ({ ...each, name: `${each.name}`, described: each })),
    ),
    body && `Body: ${typeOf(body.schema)}\n\n${json(body.example)}`,
    `Answer ${status}: ${typeOf(schema)}. ${answer.description}`,
    json(examples.full.value),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function refusals(document) {
  const seen = new Map();
  for (const methods of Object.values(document.paths)) {
    for (const { responses } of Object.values(methods)) {
      for (const [status, response] of Object.entries(responses)) {
        // A route may say it in words of its own; here stand the words that they share.
        if (response.$ref && !seen.has(status)) seen.set(status, resolve(document, response));
      }
    }
  }
  const rows = [...seen]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(
      ([status, { description, headers }]) =>
        `| ${status} | ${description} | ${headersOf(headers)} |`,
    );
  return `| status | when | headers |\n|---|---|---|\n${rows.join('\n')}`;
}

const headersOf = (headers = {}) =>
  Object.keys(headers)
    .map((name) => `\`${name}\``)
    .join(', ');
