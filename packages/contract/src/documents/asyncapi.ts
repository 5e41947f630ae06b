import { closeCodes } from '../close-codes.js';
import { type FrameData, type StatusEvent, statusEvents } from '../frames.js';
import { defaults } from '../limits.js';
import { socketPath } from '../routes.js';
import { closeTexts } from './close-texts.js';
import { eventTexts } from './event-texts.js';
import { answer, coreOnly, question } from './examples.js';
import { frameId, frameTexts } from './frame-texts.js';
import { type JsonSchema, toJsonSchemas } from './json-schemas.js';

const fromClient = ['message', 'receipt'] as const;
const fromServer = ['said', ...statusEvents] as const;

/**
 * The AsyncAPI 3 document of the WebSocket, seen from the server: it receives what clients say and
 * sends what all sockets of a user are shown.
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
    operations: operations(),
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
    'x-close-codes': closings(),
  };
}

const introduction = `Frames are JSON texts in UTF-8. Every socket of a user is sent what the user says and what the assistant replies, over REST or any socket, in the same order.

What is marked \`x-layer: core\` every backend has. What is marked \`x-layer: extension\` or \`x-extension\` a backend may lack; it names what it has in its greeting. \`data.event\` is the machine's word, \`data.content\` always something a person can read.

At most ${defaults.socketsPerUser} live sockets per user; messages spend the same allowance as \`POST /chat\`, ${defaults.messagesPerWindow} in any ${defaults.windowMs / 1000} seconds. A refused socket is accepted and then closed with a code of \`x-close-codes\`, because a browser cannot see the status of a refused upgrade.

The REST interface is described by the OpenAPI document.`;

function channel(): object {
  return {
    address: socketPath,
    title: 'The conversation of one user',
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
            token: { type: 'string', description: 'Who connects.' },
            stream: {
              type: 'string',
              const: '1',
              description: 'Asks for the pieces of replies as they come.',
              'x-extension': 'streaming',
            },
          },
        },
      },
    },
  };
}

function operations(): object {
  const messagesOf = (names: readonly string[]) =>
    names.map((name) => ({ $ref: `#/channels/chat/messages/${name}` }));
  return {
    receiveFrames: {
      action: 'receive',
      channel: { $ref: '#/channels/chat' },
      title: 'What a client may send',
      summary: 'A frame that cannot be used is answered by an error; the socket lives.',
      messages: messagesOf(fromClient),
    },
    sendFrames: {
      action: 'send',
      channel: { $ref: '#/channels/chat' },
      title: 'What the server sends',
      summary: 'To all sockets of a user alike, but for errors, notices and acknowledged repeats.',
      messages: messagesOf(fromServer),
    },
  };
}

function schemas(): { [name: string]: JsonSchema } {
  return {
    ...toJsonSchemas(frameTexts),
    Said: serverFrame('message', {
      properties: { role: { enum: ['user', 'assistant'] } },
    }),
    ...Object.fromEntries(statusEvents.map((event) => [eventSchema(event), eventFrame(event)])),
    Close: {
      description: 'A close frame, as a WebSocket shows it.',
      type: 'object',
      required: ['code', 'reason'],
      properties: {
        code: { enum: Object.values(closeCodes) },
        reason: { type: 'string', maxLength: 123 },
      },
    },
  };
}

function eventFrame(event: StatusEvent): JsonSchema {
  const { layer, required } = eventTexts[event];
  return serverFrame('status', {
    properties: { event: { const: event } },
    required: layer === 'core' ? [...required] : ['event', ...required],
  });
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
  const said = (data: FrameData) => ({ type: 'message', data });
  return {
    message: message('MessageFrame', {
      title: 'Message',
      summary: 'Is stored and answered as `POST /chat` would.',
      'x-layer': 'core',
      examples: [
        { name: 'core', payload: { type: 'message', content: question.content } },
        { name: 'acknowledged', payload: frameTexts.MessageFrame.example },
      ],
    }),
    receipt: message('ReadFrame', {
      title: 'Receipt',
      summary: 'Marks all messages up to `id` as read.',
      'x-layer': 'extension',
      'x-extension': 'receipts',
      examples: [{ name: 'receipt', payload: frameTexts.ReadFrame.example }],
    }),
    said: message('Said', {
      title: 'Message',
      summary: 'What the user said or the assistant replied, once it is stored.',
      'x-layer': 'core',
      examples: [
        { name: 'core', payload: said(coreOnly(question)) },
        {
          name: 'acknowledgement',
          payload: said({ ...question, status: 'sent', clientId: frameId }),
        },
        { name: 'reply', payload: said(answer) },
      ],
    }),
    ...Object.fromEntries(statusEvents.map((event) => [event, eventMessage(event)])),
  };
}

function eventMessage(event: StatusEvent): object {
  const { title, summary, layer, extension, example } = eventTexts[event];
  const { role, content, timestamp } = example;
  const core = { name: 'core', payload: { type: 'status', data: { role, content, timestamp } } };
  return message(eventSchema(event), {
    title,
    summary,
    'x-layer': layer,
    ...(extension === undefined ? {} : { 'x-extension': extension }),
    examples: [
      ...(layer === 'core' ? [core] : []),
      { name: event.replace('_', '-'), payload: { type: 'status', data: example } },
    ],
  });
}

function message(schema: string, words: object): object {
  return { payload: { $ref: `#/components/schemas/${schema}` }, ...words };
}

function closings(): object[] {
  return Object.entries(closeCodes).map(([name, code]) => {
    const { description, retry, reason } = closeTexts[name as keyof typeof closeCodes];
    return {
      code,
      name,
      description,
      retry,
      ...(reason === undefined ? {} : { example: { code, reason } }),
    };
  });
}
