import { objectJson } from '../backend/fields.js';
import { type ControlCall, controlCalls, controlPath, namespacesPath } from './control-calls.js';

/** The OpenAPI 3.1 document of the control calls of the mock process, made from their table. */
export function createMockOpenApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Control calls of the mock process',
      version: '1.0.0',
      summary: 'Set replies and faults, advance the clock, inspect and reset the mock.',
      description:
        'A mock that was started with `chat-server mock --control` accepts these calls, by default from its own machine only. The calls of a namespace are below its path.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      { url: controlPath, description: 'The mock.' },
      {
        url: `${namespacesPath}/{namespace}${controlPath}`,
        description: 'A namespace.',
        variables: { namespace: { default: 'test-1' } },
      },
    ],
    security: [],
    paths: paths(),
    components: {
      schemas: {
        Error: {
          type: 'object',
          required: ['detail'],
          properties: { detail: { type: 'string', description: 'One readable sentence.' } },
        },
      },
      responses: {
        BadRequest: errorResponse(
          'The input is invalid.',
          'Field "ms" is invalid: expected a number.',
        ),
        Forbidden: errorResponse(
          'The call comes from another machine or from a page of another site.',
          'Control calls are accepted from this machine only.',
        ),
        NotFound: errorResponse(
          'The namespace, user or socket does not exist.',
          'This mock has no namespace "test-2".',
        ),
        Conflict: errorResponse(
          'The state of the mock does not allow the call.',
          'The namespace "test-1" already exists.',
        ),
      },
    },
  };
}

function paths(): { [path: string]: { [method: string]: object } } {
  const all: { [path: string]: { [method: string]: object } } = {};
  for (const [name, call] of Object.entries<ControlCall>(controlCalls)) {
    all[call.path] = { ...all[call.path], [call.method.toLowerCase()]: operation(name, call) };
  }
  return all;
}

function operation(name: string, call: ControlCall): object {
  const { description, example, input, method, path, result = {}, summary } = call;
  const isBody = method === 'POST';
  return {
    operationId: name,
    summary,
    ...(description !== undefined && { description }),
    ...(!isBody &&
      Object.keys(input).length > 0 && {
        parameters: Object.entries(input).map(([parameter, { json, required }]) => ({
          name: parameter,
          in: path.includes(`{${parameter}}`) ? 'path' : 'query',
          required: required ?? false,
          schema: json,
        })),
      }),
    ...(isBody &&
      Object.keys(input).length > 0 && {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: objectJson(input),
              ...(example !== undefined && { example }),
            },
          },
        },
      }),
    responses: {
      200: {
        description: 'The call had its effect.',
        content: { 'application/json': { schema: objectJson(result) } },
      },
      400: { $ref: '#/components/responses/BadRequest' },
      403: { $ref: '#/components/responses/Forbidden' },
      404: { $ref: '#/components/responses/NotFound' },
      409: { $ref: '#/components/responses/Conflict' },
    },
  };
}

function errorResponse(description: string, detail: string): object {
  return {
    description,
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' }, example: { detail } },
    },
  };
}
