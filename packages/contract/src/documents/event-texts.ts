import { socketFeatures } from '../extensions.js';
import type { FrameData, StatusEvent } from '../frames.js';
import { defaults } from '../limits.js';
import type { Layer } from '../routes.js';
import { answer, question } from './examples.js';
import { frameId } from './frame-texts.js';

export interface EventText {
  readonly title: string;
  readonly summary: string;
  readonly layer: Layer;
  /** The extension that a server names in its greeting when it sends this. */
  readonly extension?: string;
  /** What such a frame has besides `role`, `content`, `timestamp` and `event`. */
  readonly required: readonly (keyof FrameData)[];
  readonly example: FrameData;
}

const { timestamp } = question;

/** What `docs/asyncapi.json` says about each event; one without words does not compile. */
export const eventTexts: { readonly [Event in StatusEvent]: EventText } = {
  connected: {
    title: 'Greeting',
    summary: 'The first frame: the socket is open, and this is what the server can.',
    layer: 'extension',
    required: ['features', 'heartbeatMs'],
    example: {
      role: 'system',
      content: 'You are connected.',
      timestamp,
      event: 'connected',
      features: [...socketFeatures],
      heartbeatMs: defaults.heartbeatMs,
    },
  },
  heartbeat: {
    title: 'Heartbeat',
    summary: 'Nothing else was sent for `heartbeatMs`; a line that stays silent longer is dead.',
    layer: 'extension',
    extension: 'heartbeat',
    required: [],
    example: {
      role: 'system',
      content: 'The line is alive.',
      timestamp: '2026-03-01T09:30:25.740Z',
      event: 'heartbeat',
    },
  },
  typing: {
    title: 'Typing',
    summary: 'A reply is on its way.',
    layer: 'extension',
    extension: 'typing',
    required: [],
    example: {
      role: 'assistant',
      content: 'The assistant is typing.',
      timestamp,
      event: 'typing',
      sessionId: question.sessionId,
    },
  },
  delta: {
    title: 'Piece of a reply',
    summary:
      'With `stream=1` in the URL: joined, the pieces are the content of the message `id`, which follows whole.',
    layer: 'extension',
    extension: 'streaming',
    required: ['id'],
    example: {
      role: 'assistant',
      content: 'Line 7, every ',
      timestamp,
      event: 'delta',
      id: answer.id,
      sessionId: answer.sessionId,
    },
  },
  read: {
    title: 'Read',
    summary: 'Another socket of the user has read everything up to the message `id`.',
    layer: 'extension',
    extension: 'receipts',
    required: ['id'],
    example: {
      role: 'system',
      content: 'The messages up to this one were read.',
      timestamp: '2026-03-01T09:30:04.120Z',
      event: 'read',
      id: answer.id,
    },
  },
  rate_limited: {
    title: 'Limit notice',
    summary:
      'The frame `id` was over the allowance, or could not be taken now. Nothing is stored; it may come again after `retryAfterMs`.',
    layer: 'extension',
    extension: 'rate-limit-notice',
    required: ['retryAfterMs'],
    example: {
      role: 'system',
      content: 'You have sent too many messages: this one was not taken, send it later.',
      timestamp,
      event: 'rate_limited',
      retryAfterMs: 12_000,
      id: frameId,
    },
  },
  error: {
    title: 'Error',
    summary: `A frame could not be used, or its reply failed; the sentence says why. The socket lives, unless it was the ${defaults.badFramesInARow}th bad frame in a row. \`event\` and \`id\` are an extension.`,
    layer: 'core',
    required: [],
    example: {
      role: 'system',
      content: 'Field "content" must not be empty.',
      timestamp,
      event: 'error',
      id: frameId,
    },
  },
};
