import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { errorStatuses } from '../errors.js';
import { ReplyDeltaSchema } from '../reply-events.js';
import { type RouteSpec, routeSpecs } from '../route-specs.js';
import { basePath, type RouteName, routes } from '../routes.js';
import { components, createOpenApiDocument } from './openapi.js';

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
  info: { description: string };
  servers: { url: string }[];
  paths: { [path: string]: { [method: string]: Operation } };
  components: { [section: string]: { [name: string]: Record<string, unknown> } };
}

const document = createOpenApiDocument() as Document;
const names = Object.keys(routeSpecs) as RouteName[];

function operationOf(name: RouteName): Operation {
  const route = routeSpecs[name];
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  if (operation === undefined) throw new Error(`The document has no route ${name}.`);
  return operation;
}

test('contains every route and nothing else', () => {
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(operations.sort()).toEqual([...names].sort());
  expect(Object.keys(routes)).toEqual(names);
  expect(document.servers.map(({ url }) => url)).toEqual([basePath]);
});

describe.each(names)('%s', (name) => {
  const spec: RouteSpec = routeSpecs[name];
  const operation = operationOf(name);

  test('has its layer and its authentication', () => {
    expect(operation['x-layer']).toBe(spec.layer);
    expect(operation.tags).toEqual([spec.layer]);
    expect(operation.security).toEqual(spec.auth ? [{ bearer: [] }] : []);
  });

  test('describes each query parameter', () => {
    const parameters = operation.parameters.filter(({ $ref }) => $ref === undefined);
    expect(parameters.map((parameter) => parameter.name)).toEqual(Object.keys(spec.query ?? {}));
    for (const { description, schema } of parameters) {
      expect(description).toMatch(/\.$/);
      expect(schema).toHaveProperty('type');
    }
  });

  test('refers to the schemas that the server validates with', () => {
    const schemaAt = (schema: object | undefined) =>
      components[(schema as { $ref: string }).$ref.replace('#/components/schemas/', '')];
    const content = operation.responses['200']?.content?.['application/json'];
    expect(schemaAt(content?.schema)).toBe(spec.response);
    const body = operation.requestBody?.content['application/json'];
    expect(body && schemaAt(body.schema)).toBe(spec.body);
  });

  test('has examples that match its schemas', () => {
    const body = operation.requestBody?.content['application/json'].example;
    if (spec.body !== undefined) expect(z.safeParse(spec.body, body).error).toBeUndefined();
    const examples = operation.responses['200']?.content?.['application/json'].examples ?? {};
    expect(Object.keys(examples)).toContain('full');
    for (const { value } of Object.values(examples)) {
      expect(z.safeParse(spec.response, value).error).toBeUndefined();
    }
  });

  test('lists its error responses', () => {
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['200', '403', '408', '431', '500', '503']));
    expect(statuses.includes('429')).toBe(spec.rateLimit !== undefined);
    expect(statuses.includes('401')).toBe(spec.auth || name === 'login');
    if (spec.body !== undefined || spec.query !== undefined) expect(statuses).toContain('400');
    if (spec.body !== undefined) {
      expect(statuses).toEqual(expect.arrayContaining(['413', '415']));
    }
    for (const status of statuses.filter((each) => each !== '200')) {
      expect(errorStatuses).toHaveProperty(status);
    }
  });
});

test('error responses have the headers that a client needs', () => {
  const responses = document.components.responses;
  const headersOf = (name: string) => Object.keys((responses?.[name]?.headers as object) ?? {});
  expect(headersOf('TooManyRequests')).toContain('Retry-After');
  expect(headersOf('Unavailable')).toContain('Retry-After');
  expect(headersOf('Unauthorized')).toContain('WWW-Authenticate');
  for (const name of Object.keys(responses ?? {})) {
    expect(headersOf(name)).toEqual(expect.arrayContaining(['X-Request-Id', 'Chat-Extensions']));
  }
});

test('the introduction lists the error responses that routes share', () => {
  const rows = document.info.description.matchAll(/^\| (\d+) \| (.+) \| (.*) \|$/gm);
  const listed = Object.fromEntries([...rows].map(([, status, ...cells]) => [status, cells]));
  const { 404: _, ...shared } = errorStatuses;
  expect(Object.keys(listed)).toEqual(Object.keys(shared));
  expect(listed['429']).toEqual([errorStatuses[429], '`Retry-After`']);
});

test('sendMessage accepts a key and a preference, and its response has the result headers', () => {
  const send = operationOf('sendMessage');
  expect(send.parameters.map(({ $ref }) => $ref?.split('/').at(-1))).toEqual(
    expect.arrayContaining(['IdempotencyKey', 'Prefer']),
  );
  expect(Object.keys(send.responses['200']?.headers ?? {})).toEqual(
    expect.arrayContaining(['Idempotency-Replayed', 'Preference-Applied', 'Chat-Extensions']),
  );
});

test.each(['sendMessage', 'regenerate'] as const)('%s has the events of its stream', (name) => {
  const { content } = operationOf(name).responses['200'] as unknown as {
    content: {
      [type: string]: { example: string; schema: { contentSchema: { oneOf: object[] } } };
    };
  };
  const stream = content['text/event-stream'];
  expect(stream?.schema.contentSchema.oneOf).toHaveLength(3);
  const events = stream?.example.matchAll(/^event: (\w+)\ndata: (.+)$/gm) ?? [];
  for (const [, event, data = ''] of events) {
    const schema = event === 'delta' ? ReplyDeltaSchema : routeSpecs[name].response;
    expect(z.safeParse(schema, JSON.parse(data)).error).toBeUndefined();
  }
});

test('contains the rate limits of the API document', () => {
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

test('has no broken reference', () => {
  const references = JSON.stringify(document).match(/(?<="\$ref":")[^"]+/g) ?? [];
  expect(references.length).toBeGreaterThan(50);
  for (const reference of references) {
    const [section, name] = reference.replace('#/components/', '').split('/');
    expect(document.components[section ?? '']).toHaveProperty(name ?? '');
  }
});

test('marks fields of extensions, and they are optional', () => {
  const message = document.components.schemas?.Message as {
    required: string[];
    properties: Record<string, Record<string, unknown>>;
  };
  expect(message.required).toEqual(['role', 'content', 'timestamp']);
  expect(message.properties.id?.['x-extension']).toBe('identity');
  expect(message.properties.content).not.toHaveProperty('x-extension');
});
