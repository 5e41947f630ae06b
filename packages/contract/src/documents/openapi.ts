import { defaults } from '../limits.js';
import type { QueryParameter } from '../query.js';
import { type RequestRules, requests } from '../requests.js';
import { basePath, type Route, type RouteName, routes } from '../routes.js';
import { errorComponents, errorResponses, errorStatusesOf } from './error-responses.js';
import { headerComponents, headerReferences, parameterComponents } from './http-headers.js';
import { type JsonSchema, toJsonSchemas } from './json-schemas.js';
import { type ModelName, modelTexts } from './model-texts.js';
import { type RouteText, routeTexts } from './route-texts.js';

const seconds = defaults.windowMs / 1000;
const allowances = {
  login: { requests: defaults.loginsPerWindow, seconds, per: 'IP address' },
  chat: { requests: defaults.messagesPerWindow, seconds, per: 'user' },
};

/**
 * The OpenAPI 3.1 document of the REST interface, made from the routes table.
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
      summary: 'Log in, talk to an assistant, read the history and the statistics.',
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath, description: 'Below the host that serves this document.' }],
    tags: [
      {
        name: 'core',
        description: 'What every backend has.',
        'x-layer': 'core',
      },
      {
        name: 'extension',
        description: 'What a backend may have; it says so in `Chat-Extensions`.',
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
      schemas: toJsonSchemas(modelTexts),
      parameters: parameterComponents(),
      headers: headerComponents(),
      responses: errorComponents(),
    },
  };
}

const introduction = `Everything is JSON in UTF-8. An error is \`{ "detail": string }\`, one sentence for a person.

What is marked \`x-layer: core\` every backend has. What is marked \`x-layer: extension\` or \`x-extension\` a backend may lack, and a client works without it.

Limits, unless configured otherwise: ${defaults.loginsPerWindow} logins a minute per IP address, ${defaults.messagesPerWindow} messages a minute per user over REST and WebSocket together, ${defaults.socketsPerUser} WebSockets per user. A minute is any ${seconds} seconds. A refusal is a 429 with \`Retry-After\`.

The WebSocket is described by the AsyncAPI document.`;

function paths(): { [path: string]: { [method: string]: object } } {
  const all: { [path: string]: { [method: string]: object } } = {};
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name];
    all[route.path] = {
      ...all[route.path],
      [route.method.toLowerCase()]: operation(name, route, routeTexts[name]),
    };
  }
  return all;
}

function operation(name: RouteName, route: Route, text: RouteText): object {
  const rules: RequestRules = requests[name];
  const allowance = rules.allowance && allowances[rules.allowance];
  return {
    operationId: name,
    summary: text.summary,
    description: text.description,
    tags: [route.layer],
    'x-layer': route.layer,
    ...(allowance === undefined ? {} : { 'x-rate-limit': allowance }),
    security: route.auth ? [{ bearer: [] }] : [],
    parameters: [...queryParameters(rules, text), ...headerParameters(text)],
    ...(text.request === undefined ? {} : { requestBody: requestBody(text.request) }),
    responses: {
      200: answer(text),
      ...errorResponses(errorStatusesOf(route, rules), text.errors),
    },
  };
}

function queryParameters(rules: RequestRules, text: RouteText): object[] {
  return Object.entries(rules.query ?? {}).map(([name, parameter]) => {
    const words = text.query?.[name];
    return {
      name,
      in: 'query',
      description: words?.description,
      schema: parameterSchema(parameter),
      example: words?.example,
      ...(words?.extension === undefined ? {} : { 'x-extension': words.extension }),
    };
  });
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

function headerParameters(text: RouteText): object[] {
  return ['RequestIdParameter', ...(text.requestHeaders ?? [])].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }));
}

function requestBody(model: ModelName): object {
  return {
    required: true,
    content: { 'application/json': { schema: reference(model), example: exampleOf(model) } },
  };
}

function answer(text: RouteText): object {
  return {
    description: modelTexts[text.response].description,
    headers: headerReferences(['RequestId', 'Extensions', ...(text.responseHeaders ?? [])]),
    content: {
      'application/json': {
        schema: reference(text.response),
        examples: {
          full: { summary: 'With all extensions', value: exampleOf(text.response) },
          ...text.examples,
        },
      },
    },
  };
}

function reference(model: ModelName): JsonSchema {
  return { $ref: `#/components/schemas/${model}` };
}

function exampleOf(model: ModelName): unknown {
  return modelTexts[model].example;
}
