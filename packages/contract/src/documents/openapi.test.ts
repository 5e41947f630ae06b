import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { errorStatuses } from '../errors.js';
import { type RequestRules, requests } from '../requests.js';
import { responses } from '../responses.js';
import { basePath, type Route, type RouteName, routes } from '../routes.js';
import { modelTexts } from './model-texts.js';
import { createOpenApiDocument } from './openapi.js';
import { routeTexts } from './route-texts.js';

interface Operation {
  operationId: string;
  'x-layer': string;
  'x-rate-limit'?: { requests: number; seconds: number; per: string };
  security: object[];
  tags: string[];
  parameters: { name?: string; description?: string; schema?: object; $ref?: string }[];
  requestBody?: { content: { 'application/json': { schema: object; example: unknown } } };
  responses: {
    [status: string]: {
      $ref?: string;
      headers?: object;
      content?: {
        'application/json': { schema: object; examples?: Record<string, { value: unknown }> };
      };
    };
  };
}

interface Document {
  servers: { url: string }[];
  paths: { [path: string]: { [method: string]: Operation } };
  components: { [section: string]: { [name: string]: Record<string, unknown> } };
}

const document = createOpenApiDocument() as Document;
const names = Object.keys(routes) as RouteName[];

function operationOf(name: RouteName): Operation {
  const route: Route = routes[name];
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  if (operation === undefined) throw new Error(`The document lacks the route ${name}.`);
  return operation;
}

test('shows every route of the table and nothing else', () => {
  const shown = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(shown.sort()).toEqual([...names].sort());
  expect(document.servers.map(({ url }) => url)).toEqual([basePath]);
});

describe.each(names)('%s', (name) => {
  const route: Route = routes[name];
  const rules: RequestRules = requests[name];
  const operation = operationOf(name);

  test('says its layer, and whether it needs a token', () => {
    expect(operation['x-layer']).toBe(route.layer);
    expect(operation.tags).toEqual([route.layer]);
    expect(operation.security).toEqual(route.auth ? [{ bearer: [] }] : []);
  });

  test('shows each query parameter with words and a schema', () => {
    const shown = operation.parameters.filter(({ $ref }) => $ref === undefined);
    expect(shown.map((parameter) => parameter.name)).toEqual(Object.keys(rules.query ?? {}));
    for (const { description, schema } of shown) {
      expect(description).toMatch(/\.$/);
      expect(schema).toHaveProperty('type');
    }
  });

  test('refers to the schemas that the table checks with', () => {
    const { request, response } = routeTexts[name];
    expect(modelTexts[response].schema).toBe(responses[name]);
    expect(request && modelTexts[request].schema).toBe(rules.body);
  });

  test('gives examples that its schemas take', () => {
    const body = operation.requestBody?.content['application/json'].example;
    if (rules.body !== undefined) expect(z.safeParse(rules.body, body).error).toBeUndefined();
    const answers = operation.responses['200']?.content?.['application/json'].examples ?? {};
    expect(Object.keys(answers)).toContain('full');
    for (const { value } of Object.values(answers)) {
      expect(z.safeParse(responses[name], value).error).toBeUndefined();
    }
  });

  test('names the errors that it can answer', () => {
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['200', '403', '408', '431', '500', '503']));
    expect(statuses.includes('429')).toBe(rules.allowance !== undefined);
    expect(statuses.includes('401')).toBe(route.auth || name === 'login');
    if (rules.body !== undefined || rules.query !== undefined) expect(statuses).toContain('400');
    if (rules.body !== undefined) {
      expect(statuses).toEqual(expect.arrayContaining(['413', '415']));
    }
    for (const status of statuses.filter((each) => each !== '200')) {
      expect(errorStatuses).toHaveProperty(status);
    }
  });
});

test('an error carries the headers that tell a client what to do', () => {
  const responses = document.components.responses;
  const headersOf = (name: string) => Object.keys((responses?.[name]?.headers as object) ?? {});
  expect(headersOf('TooManyRequests')).toContain('Retry-After');
  expect(headersOf('Unavailable')).toContain('Retry-After');
  expect(headersOf('Unauthorized')).toContain('WWW-Authenticate');
  for (const name of Object.keys(responses ?? {})) {
    expect(headersOf(name)).toEqual(expect.arrayContaining(['X-Request-Id', 'Chat-Extensions']));
  }
});

test('a message may be sent with a key and a preference, and the answer says what became of them', () => {
  const send = operationOf('sendMessage');
  expect(send.parameters.map(({ $ref }) => $ref?.split('/').at(-1))).toEqual(
    expect.arrayContaining(['IdempotencyKey', 'Prefer']),
  );
  expect(Object.keys(send.responses['200']?.headers ?? {})).toEqual(
    expect.arrayContaining(['Idempotency-Replayed', 'Preference-Applied', 'Chat-Extensions']),
  );
});

test("shows the document's limits", () => {
  expect(operationOf('login')['x-rate-limit']).toEqual({
    requests: 5,
    seconds: 60,
    per: 'IP address',
  });
  expect(operationOf('sendMessage')['x-rate-limit']).toEqual({
    requests: 60,
    seconds: 60,
    per: 'user',
  });
});

test('every reference leads somewhere', () => {
  const references = JSON.stringify(document).match(/(?<="\$ref":")[^"]+/g) ?? [];
  expect(references.length).toBeGreaterThan(50);
  for (const reference of references) {
    const [section, name] = reference.replace('#/components/', '').split('/');
    expect(document.components[section ?? '']).toHaveProperty(name ?? '');
  }
});

test('what an extension adds to a model is optional and marked', () => {
  const message = document.components.schemas?.Message as {
    required: string[];
    properties: Record<string, Record<string, unknown>>;
  };
  expect(message.required).toEqual(['role', 'content', 'timestamp']);
  expect(message.properties.id?.['x-extension']).toBe('identity');
  expect(message.properties.content).not.toHaveProperty('x-extension');
});
