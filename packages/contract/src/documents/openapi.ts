import * as z from 'zod/mini';
import { protocolDefaults } from '../limits.js';
import { models } from '../models.js';
import type { QueryParameter } from '../query.js';
import { replyEventModels, replyStreamExample } from '../reply-events.js';
import { type RouteSpec, routeSpecs } from '../route-specs.js';
import { basePath } from '../routes.js';
import { errorComponents, errorResponses, errorTable } from './error-responses.js';
import { headerComponents, headerReferences, parameterComponents } from './http-headers.js';
import { exampleOf, type JsonSchema, toJsonSchemas } from './json-schemas.js';

const seconds = protocolDefaults.windowMs / 1000;
const rateLimits = {
  login: { requests: protocolDefaults.loginsPerWindow, seconds, per: 'IP address' },
  chat: { requests: protocolDefaults.messagesPerWindow, seconds, per: 'user' },
};

/**
 * The OpenAPI 3.1 document of the REST interface, made from the route specifications.
 *
 * @example
 * ```ts
 * import { createOpenApiDocument } from '@chat/contract/documents';
 * import { writeFile } from 'node:fs/promises';
 *
 * await writeFile('openapi.json', JSON.stringify(createOpenApiDocument(), null, 2));
 * ```
 */
export function createOpenApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chat API',
      version: '1.0.0',
      summary: 'Log in, chat with an assistant, read the history and the statistics.',
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath, description: 'On the host that serves this document.' }],
    tags: [
      {
        name: 'core',
        description: 'Every backend has these routes.',
        'x-layer': 'core',
      },
      {
        name: 'extension',
        description: 'Optional routes. `Chat-Extensions` lists the extensions of a backend.',
        'x-layer': 'extension',
      },
    ],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `access_token` of `POST /login`.',
        },
      },
      schemas: toJsonSchemas(components),
      parameters: parameterComponents(),
      headers: headerComponents(),
      responses: errorComponents(),
    },
  };
}

const introduction = `Everything is JSON in UTF-8. An error is \`{ "detail": string }\`, one readable sentence.

**Core** routes exist in every backend (\`x-layer: core\`). **Extensions** are optional (\`x-layer: extension\` or \`x-extension\`): a client works without them.

Limits, unless configured otherwise: ${protocolDefaults.loginsPerWindow} logins a minute per IP address, ${protocolDefaults.messagesPerWindow} messages a minute per user over REST and WebSocket together, ${protocolDefaults.socketsPerUser} WebSockets per user. A minute is any period of ${seconds} seconds. A request over the limit gets a 429 with \`Retry-After\`.

Every response has the header \`X-Request-Id\`: the client's own request id when it is valid, otherwise a new one. A backend with extensions also sends \`Chat-Extensions\`, their names separated by commas.

The WebSocket is described by the AsyncAPI document.

## Error responses

Every request can get these responses. Their body is an \`ErrorBody\`.

${errorTable()}`;

function paths(): { [path: string]: { [method: string]: object } } {
  const all: { [path: string]: { [method: string]: object } } = {};
  for (const [name, spec] of Object.entries<RouteSpec>(routeSpecs)) {
    all[spec.path] = { ...all[spec.path], [spec.method.toLowerCase()]: operation(name, spec) };
  }
  return all;
}

function operation(name: string, spec: RouteSpec): object {
  return {
    operationId: name,
    summary: spec.summary,
    description: spec.description,
    tags: [spec.layer],
    'x-layer': spec.layer,
    ...(spec.rateLimit && { 'x-rate-limit': rateLimits[spec.rateLimit] }),
    security: spec.auth ? [{ bearer: [] }] : [],
    parameters: [
      ...Object.entries(spec.query ?? {}).map(([query, parameter]) =>
        queryParameter(query, parameter),
      ),
      ...['RequestIdParameter', ...(spec.requestHeaders ?? [])].map((header) => ({
        $ref: `#/components/parameters/${header}`,
      })),
    ],
    ...(spec.body && { requestBody: requestBody(spec.body) }),
    responses: { 200: successResponse(spec), ...errorResponses(spec) },
  };
}

function queryParameter(name: string, parameter: QueryParameter): object {
  const { description, example, extension } = parameter;
  return {
    name,
    in: 'query',
    description,
    schema: parameterSchema(parameter),
    example,
    ...(extension !== undefined && { 'x-extension': extension }),
  };
}

function parameterSchema(parameter: QueryParameter): JsonSchema {
  if (parameter.kind === 'text') return { type: 'string', minLength: 1 };
  if (parameter.kind === 'choice') {
    return { type: 'string', enum: parameter.values, default: parameter.default };
  }
  const { minimum, maximum } = parameter;
  const bounds = maximum === Number.MAX_SAFE_INTEGER ? { minimum } : { minimum, maximum };
  return { type: 'integer', ...bounds, default: parameter.default };
}

function requestBody(schema: z.core.$ZodType): object {
  return {
    required: !z.safeParse(schema, {}).success,
    content: { 'application/json': { schema: reference(schema), example: exampleOf(schema) } },
  };
}

function successResponse(spec: RouteSpec): object {
  const { response, responseHeaders = [], examples } = spec;
  const schema = reference(response);
  return {
    description: z.globalRegistry.get(response)?.description,
    headers: headerReferences(['RequestId', 'Extensions', ...responseHeaders]),
    content: {
      'application/json': {
        schema,
        examples: {
          full: { summary: 'With all extensions', value: exampleOf(response) },
          ...examples,
        },
      },
      ...(spec.streamed && { 'text/event-stream': eventStream(response) }),
    },
  };
}

/** OpenAPI 3.1 has no keyword for the events of a stream. */
function eventStream(response: z.core.$ZodType): object {
  return {
    schema: {
      type: 'string',
      description:
        'Server-sent events: `delta` for each part of the reply, then one `message` with the body of the JSON response, or one `error`. A comment is sent when there was no event for the heartbeat interval.',
      contentMediaType: 'text/event-stream',
      // The data of the events, in this order: `delta`, `message`, `error`.
      contentSchema: {
        oneOf: [
          reference(replyEventModels.ReplyDelta),
          reference(response),
          reference(replyEventModels.ReplyError),
        ],
      },
    },
    example: replyStreamExample,
    'x-extension': 'stream',
  };
}

/** All schemas by the names of their components, in the order of the document. */
export const components = componentSchemas();

function componentSchemas(): { [name: string]: z.core.$ZodType } {
  const { ChatStats: _, MessageStats: __, ErrorBody, ...first } = models;
  const all: { [name: string]: z.core.$ZodType } = { ...first };
  const add = (name: string, schema: z.core.$ZodType) => {
    // Two routes may have the same response.
    if (Object.values(all).includes(schema)) return;
    const model = Object.entries(models).find(([, each]) => each === schema);
    all[model?.[0] ?? name] = schema;
  };
  for (const [name, { body, response }] of Object.entries<RouteSpec>(routeSpecs)) {
    const prefix = name.charAt(0).toUpperCase() + name.slice(1);
    if (body !== undefined) add(`${prefix}Request`, body);
    add(`${prefix}Response`, response);
  }
  return { ...all, ...replyEventModels, ErrorBody };
}

function reference(schema: z.core.$ZodType): JsonSchema {
  const [name] = Object.entries(components).find(([, each]) => each === schema) ?? [];
  return { $ref: `#/components/schemas/${name}` };
}
