// docs/asyncapi.json as a page for people.
import { json, resolve, schemaSection, table } from './schema-text.mjs';

/** @returns {string} Markdown */
export function asyncApiPage(document) {
  const { chat } = document.channels;
  const { query } = chat.bindings.ws;
  const inUrl = Object.entries(query.properties).map(([name, schema]) => ({
    name,
    schema,
    required: query.required.includes(name),
    described: schema,
  }));
  const codes = document['x-close-codes'].map(
    ({ code, description, retry }) => `| ${code} | ${description} | ${retry} |`,
  );
  return [
    '# WebSocket API',
    `\`GET ${chat.address}?token=…\`. This page is made from [asyncapi.json](site:asyncapi.json), which your tools can read; the rules behind it are [the protocol](protocol.md#websocket).`,
    document.info.description.split('\n\n')[0],
    '**Core** every backend has; an **extension** it may lack, and names in its greeting when it has it.',
    table('in the URL', inUrl),
    ...Object.values(document.operations).map((operation) => framesSection(document, operation)),
    '## Fields',
    ...['FrameData', 'MessageStatus'].map((name) =>
      schemaSection(name, document.components.schemas[name]),
    ),
    '## Close codes',
    `| code | why | dial again? |\n|---|---|---|\n${codes.join('\n')}`,
  ].join('\n\n');
}

function framesSection(document, { title, summary, messages }) {
  return [
    `## ${title}`,
    summary,
    ...messages.map((reference) => {
      const message = resolve(document, reference);
      const layer = message['x-extension']
        ? `Extension \`${message['x-extension']}\`.`
        : `Layer: ${message['x-layer']}.`;
      const examples = message.examples.map(({ payload }) => json(payload));
      return [`### ${message.title}`, `${message.summary} ${layer}`, ...examples].join('\n\n');
    }),
  ].join('\n\n');
}
