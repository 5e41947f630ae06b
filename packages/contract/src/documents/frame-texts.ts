import { FrameData, MessageFrame, ReadFrame, ServerFrame } from '../frames.js';
import { defaults } from '../limits.js';
import { MessageStatus } from '../models.js';
import { answer, question } from './examples.js';
import { describeObject, describeValue } from './json-schemas.js';

const milliseconds = { type: 'integer', minimum: 0 };

/** The id that a client gave its frame, in all examples. */
export const frameId = 'tram-1';

/** The schemas of the frames with the words that `docs/asyncapi.json` says about them. */
export const frameTexts = {
  MessageStatus: describeValue(
    MessageStatus,
    'How far a message got: stored, handed to a client, or read by the user. It only moves forward.',
  ),
  MessageFrame: describeObject(MessageFrame, {
    description: 'What the user says. Unknown fields are ignored.',
    example: { type: 'message', content: question.content, id: frameId },
    fields: {
      type: { description: 'Always `message`.' },
      content: {
        description: `1 to ${defaults.contentMaxLength} characters (Unicode code points) after trimming; well-formed, without NUL.`,
      },
      id: {
        description: `Made by the client, at most ${defaults.frameIdMaxLength} characters; comes back as \`data.clientId\`. A repeat is stored and answered once.`,
        keywords: { minLength: 1, maxLength: defaults.frameIdMaxLength },
        extension: 'ack',
      },
    },
  }),
  ReadFrame: describeObject(ReadFrame, {
    description: 'The user has read everything up to a message.',
    example: { type: 'read', id: answer.id as string },
    fields: {
      type: { description: 'Always `read`.' },
      id: { description: 'The last message that was read.' },
    },
  }),
  FrameData: describeObject(FrameData, {
    description: 'What a frame of the server says.',
    fields: {
      role: { description: '`user` or `assistant`; `system` where the server speaks for itself.' },
      content: {
        description: 'Always readable: the message, a sentence, or the piece of a reply.',
      },
      timestamp: { description: 'UTC, in milliseconds.', keywords: { format: 'date-time' } },
      id: {
        description:
          'Of a message: its id. Of a delta: that of the message to come. Of a read: the last message read. Of a limit notice or an error: that of the frame it is about.',
        extension: 'identity',
      },
      sessionId: { description: 'The session of the message.', extension: 'identity' },
      status: { description: 'How far the message got.', extension: 'identity' },
      replyTo: {
        description: 'Of a reply: the id of the message that it answers.',
        extension: 'reply-to',
      },
      clientId: {
        description: 'The `id` of the frame that became this message: its acknowledgement.',
        extension: 'ack',
      },
      event: {
        description: 'What a status frame is about; a client ignores a word it does not know.',
        extension: 'greeting',
      },
      features: { description: 'The extensions of this server.', extension: 'greeting' },
      heartbeatMs: {
        description: 'The longest silence of this server.',
        keywords: milliseconds,
        extension: 'heartbeat',
      },
      retryAfterMs: {
        description: 'When the frame may come again.',
        keywords: milliseconds,
        extension: 'rate-limit-notice',
      },
    },
  }),
  ServerFrame: describeObject(ServerFrame, {
    description: 'A frame of the server.',
    fields: {
      type: { description: '`message` for what was said, `status` for everything else.' },
      data: { description: 'What it says.' },
    },
  }),
} as const;
