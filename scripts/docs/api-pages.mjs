// docs/openapi.json and docs/asyncapi.json as Markdown, by the converters of Scalar. The pages then have the site's search,
// links and colours, and need no script.
import { createMarkdownFromAsyncApi } from '@scalar/asyncapi-to-markdown';
import { createMarkdownFromOpenApi } from '@scalar/openapi-to-markdown';

/**
 * @param {string} text the document
 * @returns {Promise<string>} Markdown
 */
export async function openApiPage(text) {
  const document = JSON.parse(text, withNotes);
  const base = document.servers[0].url;
  const operations = Object.values(document.paths).flatMap(Object.values);
  for (const { responses } of operations) removeSharedParts(responses);
  const markdown = await createMarkdownFromOpenApi({
    ...document,
    // Readers copy the whole path.
    paths: Object.fromEntries(
      Object.entries(document.paths).map(([path, methods]) => [base + path, methods]),
    ),
    servers: undefined,
  });
  return page('HTTP API', 'openapi.json', document, markdown, [
    ...operations.map(({ summary }) => `### ${summary}`),
    ...Object.keys(document.components.schemas).map((name) => `### ${name}`),
  ]);
}

/**
 * @param {string} text the document
 * @returns {Promise<string>} Markdown
 */
export async function asyncApiPage(text) {
  const document = JSON.parse(text, withNotes);
  const { channels, components, info } = document;
  delete info.license;
  // As components, they would be on the page a second time.
  const { messages } = components;
  channels.chat.messages = messages;
  delete components.messages;
  const markdown = await createMarkdownFromAsyncApi(document, {
    // In the other mode, each schema has a generated example of empty strings.
    schemaReferences: {
      mode: 'linked',
      resolveUrl: ({ name }) => `#scalar-model-${name.toLowerCase()}`,
    },
  });
  return page('WebSocket API', 'asyncapi.json', document, markdown, [
    ...Object.values(messages).map(({ title }) => `#### ${title}`),
    ...Object.keys(components.schemas).map((name) => `## Schema: ${name}`),
  ]);
}

/** The converters do not show these extensions of the documents. */
function withNotes(_key, value) {
  const extension = value?.['x-extension'];
  const limit = value?.['x-rate-limit'];
  const layer = value?.payload && value['x-layer'];
  const notes = [
    extension ? `Extension \`${extension}\`.` : layer && `Layer: ${layer}.`,
    limit && `Limit: ${limit.requests} in ${limit.seconds} seconds per ${limit.per}.`,
  ].filter(Boolean);
  const key = ['description', 'summary'].find((name) => typeof value?.[name] === 'string');
  if (notes.length === 0 || key === undefined) return value;
  return { ...value, [key]: [value[key], ...notes].join(' ') };
}

/** What is equal in all routes is in the introduction: repeated, it would be two thirds of the page. */
function removeSharedParts(responses) {
  for (const [status, response] of Object.entries(responses)) {
    if (response.$ref !== undefined) delete responses[status];
    delete response.headers?.['X-Request-Id'];
    delete response.headers?.['Chat-Extensions'];
  }
}

/** Replaces what comes before the introduction: versions, and a list of all headings, which the site shows next to the page. */
function page(title, name, { info }, markdown, headings) {
  const start = markdown.indexOf(info.description.slice(0, 40));
  const missing = headings.filter((heading) => !markdown.includes(`\n${heading}\n`));
  if (start === -1 || missing.length > 0)
    throw new Error(`The page of ${name} lacks ${missing.join(', ') || 'its introduction'}.`);
  return [
    `# ${title}`,
    `This page is made from <a href="/${name}" target="_self">${name}</a>, which your tools can read. [Protocol](protocol.md) has the rules.`,
    markdown.slice(start),
  ].join('\n\n');
}
