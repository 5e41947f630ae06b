import * as z from 'zod/mini';
import { frameId, question, reply } from './examples.js';
import { type Layer, socketFeatures } from './extensions.js';
import { protocolDefaults } from './limits.js';
import { describe, extension, integer, string } from './meta.js';
import { MessageStatusSchema, messageExtensions } from './models.js';

/** A frame that a client sends. The client may set `id`; the message's acknowledgement then repeats it. */
export const MessageFrameSchema = describe(
  z.object({
    type: describe(z.literal('message'), { description: 'Always `message`.' }),
    content: string(
      `1 to ${protocolDefaults.contentMaxLength} characters (Unicode code points) after trimming; well-formed, without NUL.`,
    ),
    id: extension(
      'ack',
      string(
        `Set by the client, at most ${protocolDefaults.frameIdMaxLength} characters. The server returns it as \`data.clientId\`. A repeated frame is stored and answered once.`,
        { minLength: 1, maxLength: protocolDefaults.frameIdMaxLength },
      ),
    ),
    traceparent: z.optional(
      string(
        'The trace of the caller, as in the header `traceparent` of W3C Trace Context. A server that does not trace, and one that cannot read it, ignores it.',
        { examples: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'] },
      ),
    ),
  }),
  {
    description: 'A message of the user. Unknown fields are ignored.',
    examples: [{ type: 'message', content: question.content, id: frameId }],
  },
);
export type MessageFrame = z.infer<typeof MessageFrameSchema>;

export const ReadFrameSchema = describe(
  z.object({
    type: describe(z.literal('read'), { description: 'Always `read`.' }),
    id: string('The last message that was read.'),
  }),
  {
    description: 'The user has read all messages up to this one.',
    examples: [{ type: 'read', id: reply.id }],
  },
);
export type ReadFrame = z.infer<typeof ReadFrameSchema>;

export const StopFrameSchema = describe(
  z.object({
    type: describe(z.literal('stop'), { description: 'Always `stop`.' }),
    id: extension(
      'stop',
      string(
        'The id of the question, or of the reply in progress. Without it, any reply of the user is stopped.',
        { minLength: 1, maxLength: protocolDefaults.frameIdMaxLength },
      ),
    ),
  }),
  {
    description: 'Stops the reply in progress. Without one, the frame has no effect.',
    examples: [{ type: 'stop', id: question.id }],
  },
);
export type StopFrame = z.infer<typeof StopFrameSchema>;

export type ClientFrame = MessageFrame | ReadFrame | StopFrame;

export const FrameDataSchema = describe(
  z.object({
    role: string('`user` or `assistant`; `system` in status frames about the connection.'),
    content: string('Always readable text: the message, a sentence, or a part of the reply.'),
    timestamp: string('UTC, with milliseconds.', { format: 'date-time' }),
    id: extension(
      'identity',
      string(
        'Of a message: its id. Of a delta: the id of the future message. Of a read event: the last message that was read. Of a stopped event: the question without a reply. Of a rate limit notice or an error: the id of the rejected frame.',
      ),
    ),
    ...messageExtensions,
    replyTo: extension(
      'reply-to',
      string('Of a reply, and of a typing event: the id of the message that is answered.'),
    ),
    clientId: extension(
      'ack',
      string('The `id` of the client frame that became this message: its acknowledgement.'),
    ),
    offset: extension(
      'reply-in-progress',
      integer('Of a delta: its position in the reply, in UTF-16 code units.'),
    ),
    event: extension(
      'greeting',
      string('The event name of a status frame. A client ignores an event that it does not know.'),
    ),
    features: extension(
      'greeting',
      describe(z.array(z.string()), { description: 'The extensions of this server.' }),
    ),
    heartbeatMs: extension('heartbeat', integer('The server sends a frame at least this often.')),
    retryAfterMs: extension(
      'rate-limit-notice',
      integer('The client may send the frame again after this time.'),
    ),
  }),
  { description: 'The content of a server frame.' },
);
export type FrameData = z.infer<typeof FrameDataSchema>;

export const ServerFrameSchema = describe(
  z.object({
    type: describe(z.enum(['message', 'status']), {
      description: '`message` for messages, `status` for everything else.',
    }),
    data: describe(FrameDataSchema, { description: 'The content of the frame.' }),
  }),
  { description: 'A frame of the server.' },
);
export type ServerFrame = z.infer<typeof ServerFrameSchema>;

/** The models of the frames by the names that the AsyncAPI document gives them. */
export const frameModels = {
  MessageStatus: MessageStatusSchema,
  MessageFrame: MessageFrameSchema,
  ReadFrame: ReadFrameSchema,
  StopFrame: StopFrameSchema,
  FrameData: FrameDataSchema,
  ServerFrame: ServerFrameSchema,
};

export interface StatusEventSpec {
  readonly title: string;
  readonly summary: string;
  readonly layer: Layer;
  /** The extension that the greeting names when the server sends this event. */
  readonly extension?: string;
  /** Required fields in addition to `role`, `content`, `timestamp` and `event`. */
  readonly required?: readonly (keyof FrameData)[];
  /** The data of such a frame, without `timestamp` and `event`. */
  readonly example: Omit<FrameData, 'timestamp' | 'event'>;
  /** @default the time of the example question */
  readonly exampleTime?: string;
}

/** All events of status frames, one entry each. A client ignores an event that it does not know. */
export const statusEvents = {
  connected: {
    title: 'Greeting',
    summary: 'The first frame: the socket is open. It lists the extensions of the server.',
    layer: 'extension',
    required: ['features', 'heartbeatMs'],
    example: {
      role: 'system',
      content: 'You are connected.',
      features: [...socketFeatures],
      heartbeatMs: protocolDefaults.heartbeatMs,
    },
  },
  heartbeat: {
    title: 'Heartbeat',
    summary:
      'No other frame was sent for `heartbeatMs`. A connection that is silent for longer is dead.',
    layer: 'extension',
    extension: 'heartbeat',
    example: { role: 'system', content: 'The connection is alive.' },
    exampleTime: '2026-03-01T09:30:25.740Z',
  },
  typing: {
    title: 'Typing',
    summary: 'The assistant is generating a reply to the message `replyTo`.',
    layer: 'extension',
    extension: 'typing',
    example: {
      role: 'assistant',
      content: 'The assistant is typing.',
      sessionId: question.sessionId,
      replyTo: question.id,
    },
  },
  delta: {
    title: 'Delta of a reply',
    summary:
      'With `stream=1` in the URL. The joined deltas are the content of the message `id`, which follows as a whole. With `reply-in-progress`, each has its `offset`, and a socket that opens during a reply first receives one with offset 0 and the text so far.',
    layer: 'extension',
    extension: 'streaming',
    required: ['id'],
    example: {
      role: 'assistant',
      content: 'every ten ',
      offset: 8,
      id: reply.id,
      sessionId: reply.sessionId,
    },
  },
  stopped: {
    title: 'Stopped',
    summary:
      'The reply to the message `id` was stopped before it had any text: the message stays without a reply.',
    layer: 'extension',
    extension: 'stop',
    required: ['id'],
    example: {
      role: 'system',
      content: 'The reply was stopped.',
      id: question.id,
      sessionId: question.sessionId,
    },
  },
  read: {
    title: 'Read',
    summary: 'Another socket of the user has read all messages up to the message `id`.',
    layer: 'extension',
    extension: 'receipts',
    required: ['id'],
    example: { role: 'system', content: 'The messages up to this one were read.', id: reply.id },
    exampleTime: '2026-03-01T09:30:04.120Z',
  },
  rate_limited: {
    title: 'Rate limit notice',
    summary:
      'The frame `id` exceeded the rate limit, or cannot be accepted now. Nothing is stored. The client may send it again after `retryAfterMs`.',
    layer: 'extension',
    extension: 'rate-limit-notice',
    required: ['retryAfterMs'],
    example: {
      role: 'system',
      content: 'You have sent too many messages: send this one again later.',
      retryAfterMs: 12_000,
      id: frameId,
    },
  },
  error: {
    title: 'Error',
    summary: `A frame is invalid, or its reply failed; \`content\` explains why. The socket stays open, unless this was invalid frame number ${protocolDefaults.maxConsecutiveBadFrames} in a row. \`event\` and \`id\` are an extension.`,
    layer: 'core',
    example: { role: 'system', content: 'Field "content" must not be empty.', id: frameId },
  },
} as const satisfies Record<string, StatusEventSpec>;
export type StatusEvent = keyof typeof statusEvents;
