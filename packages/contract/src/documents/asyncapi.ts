import { closeCodes } from '../close-codes.js';
import { coreOnly, frameId, question, reply } from '../examples.js';
import {
  type FrameData,
  frameModels,
  MessageFrameSchema,
  ReadFrameSchema,
  type StatusEvent,
  type StatusEventSpec,
  StopFrameSchema,
  statusEvents,
} from '../frames.js';
import { protocolDefaults } from '../limits.js';
import { socketPath } from '../routes.js';
import { closeCodeSpecs } from './close-codes.js';
import { exampleOf, type JsonSchema, toJsonSchemas } from './json-schemas.js';

const events = Object.entries<StatusEventSpec>(statusEvents) as [StatusEvent, StatusEventSpec][];
const fromClient = ['message', 'receipt', 'stop'];
const codes = Object.entries(closeCodes).map(([name, code]) => ({
  name,
  code,
  ...closeCodeSpecs[name as keyof typeof closeCodes],
}));
const fromServer = ['said', ...events.map(([event]) => event)];

/**
 * The AsyncAPI 3 document of the WebSocket, from the server's side: it receives the frames of clients and sends
 * frames to all sockets of a user.
 *
 * @example
 * ```ts
 * import { createAsyncApiDocument } from '@chat/contract/documents';
 * import { writeFile } from 'node:fs/promises';
 *
 * await writeFile('asyncapi.json', JSON.stringify(createAsyncApiDocument(), null, 2));
 * ```
 */
export function createAsyncApiDocument(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Chat WebSocket',
      version: '1.0.0',
      description: introduction,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      chat: {
        host: '{host}',
        protocol: 'wss',
        description: 'The host that serves the REST interface; `ws` without TLS.',
        variables: { host: { default: 'localhost:3000', description: 'Host and port.' } },
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: { chat: channel() },
    operations: {
      receiveFrames: {
        action: 'receive',
        channel: { $ref: '#/channels/chat' },
        title: 'Frames that a client may send',
        summary: 'An invalid frame gets an error frame; the socket stays open.',
        messages: references('#/channels/chat/messages/', fromClient),
      },
      sendFrames: {
        action: 'send',
        channel: { $ref: '#/channels/chat' },
        title: 'Frames that the server sends',
        summary:
          'All sockets of a user receive the same frames, except errors, rate limit notices and acknowledgements of repeated frames.',
        messages: references('#/channels/chat/messages/', fromServer),
      },
    },
    components: {
      securitySchemes: {
        token: {
          type: 'httpApiKey',
          name: 'token',
          in: 'query',
          description: 'The `access_token` of `POST /login`. Keep URLs out of logs.',
        },
      },
      schemas: schemas(),
      messages: messages(),
    },
    'x-close-codes': codes.map(({ code, name, description, retry, reason }) => ({
      code,
      name,
      description,
      retry,
      ...(reason !== undefined && { example: { code, reason } }),
    })),
  };
}

const introduction = `Frames are JSON texts in UTF-8. Every socket of a user receives the user's messages and the assistant's replies, whether they were sent over REST or a socket, in the same order.

**Core** frames exist in every backend (\`x-layer: core\`). **Extensions** are optional (\`x-layer: extension\` or \`x-extension\`): the greeting lists the extensions of a backend. \`data.event\` is the event name, \`data.content\` is always readable text.

At most ${protocolDefaults.socketsPerUser} open sockets per user. Messages count towards the same rate limit as \`POST /chat\`, ${protocolDefaults.messagesPerWindow} in any ${protocolDefaults.windowMs / 1000} seconds. To reject a socket, the server accepts it and then closes it with one of the codes below, because a browser cannot see the HTTP status of a rejected upgrade.

The REST interface is described by the OpenAPI document.

## Close codes

| Code | Reason | Reconnect? |
|---|---|---|
${codes.map(({ code, description, retry }) => `| ${code} | ${description} | ${retry} |`).join('\n')}`;

function channel(): object {
  return {
    address: socketPath,
    title: 'The conversation of one user',
    description: `\`GET ${socketPath}?token=…\`. With \`&stream=1\` the server also sends the deltas of replies.`,
    servers: [{ $ref: '#/servers/chat' }],
    messages: Object.fromEntries(
      [...fromClient, ...fromServer].map((name) => [
        name,
        { $ref: `#/components/messages/${name}` },
      ]),
    ),
    bindings: {
      ws: {
        method: 'GET',
        bindingVersion: '0.1.0',
        query: {
          type: 'object',
          required: ['token'],
          properties: {
            token: { type: 'string', description: 'Identifies the user.' },
            stream: {
              type: 'string',
              const: '1',
              description: 'Requests the deltas of replies.',
              'x-extension': 'streaming',
            },
          },
        },
      },
    },
  };
}

function references(base: string, names: readonly string[]): object[] {
  return names.map((name) => ({ $ref: `${base}${name}` }));
}

function schemas(): { [name: string]: JsonSchema } {
  return {
    ...toJsonSchemas(frameModels),
    Said: serverFrame('message', { properties: { role: { enum: ['user', 'assistant'] } } }),
    ...Object.fromEntries(
      events.map(([event, { layer, required = [] }]) => [
        eventSchema(event),
        serverFrame('status', {
          properties: { event: { const: event } },
          required: layer === 'core' ? required : ['event', ...required],
        }),
      ]),
    ),
    Close: {
      description: 'A close frame as the WebSocket API shows it.',
      type: 'object',
      required: ['code', 'reason'],
      properties: {
        code: { enum: Object.values(closeCodes) },
        reason: { type: 'string', maxLength: 123 },
      },
    },
  };
}

function serverFrame(type: 'message' | 'status', data: JsonSchema): JsonSchema {
  return {
    allOf: [
      { $ref: '#/components/schemas/ServerFrame' },
      { type: 'object', properties: { type: { const: type }, data: { type: 'object', ...data } } },
    ],
  };
}

function eventSchema(event: StatusEvent): string {
  const words = event.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Status`;
}

function messages(): { [name: string]: object } {
  const frame = (data: FrameData) => ({ type: 'message', data });
  return {
    message: message('MessageFrame', {
      title: 'Message',
      summary: 'Is stored and processed like `POST /chat`.',
      'x-layer': 'core',
      examples: [
        { name: 'core', payload: { type: 'message', content: question.content } },
        { name: 'acknowledged', payload: exampleOf(MessageFrameSchema) },
      ],
    }),
    receipt: message('ReadFrame', {
      title: 'Receipt',
      summary: 'Marks all messages up to `id` as read.',
      'x-layer': 'extension',
      'x-extension': 'receipts',
      examples: [{ name: 'receipt', payload: exampleOf(ReadFrameSchema) }],
    }),
    stop: message('StopFrame', {
      title: 'Stop',
      summary:
        'Stops the reply in progress. The text so far is stored as the reply, with `stopped: true`, and sent to every socket.',
      'x-layer': 'extension',
      'x-extension': 'stop',
      examples: [{ name: 'stop', payload: exampleOf(StopFrameSchema) }],
    }),
    said: message('Said', {
      title: 'Message',
      summary: 'A stored message of the user or the assistant.',
      'x-layer': 'core',
      examples: [
        { name: 'core', payload: frame(coreOnly(question)) },
        {
          name: 'acknowledgement',
          payload: frame({ ...question, status: 'sent', clientId: frameId }),
        },
        { name: 'reply', payload: frame(reply) },
      ],
    }),
    ...Object.fromEntries(events.map(([event, spec]) => [event, eventMessage(event, spec)])),
  };
}

function eventMessage(event: StatusEvent, spec: StatusEventSpec): object {
  const { title, summary, layer, extension, exampleTime: timestamp = question.timestamp } = spec;
  const { role, content, ...rest } = spec.example;
  const core = { name: 'core', payload: { type: 'status', data: { role, content, timestamp } } };
  const data = { role, content, timestamp, event, ...rest };
  return message(eventSchema(event), {
    title,
    summary,
    'x-layer': layer,
    ...(extension !== undefined && { 'x-extension': extension }),
    examples: [
      ...(layer === 'core' ? [core] : []),
      { name: event.replace('_', '-'), payload: { type: 'status', data } },
    ],
  });
}

function message(schema: string, description: object): object {
  return { payload: { $ref: `#/components/schemas/${schema}` }, ...description };
}
