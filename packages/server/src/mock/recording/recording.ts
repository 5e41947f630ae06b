import * as z from 'zod/mini';
import { assertOptions, number, option, optionsObject } from '../../options/assert-options.js';

/**
 * What happened after a message: exactly one of the fields besides `delayMs`, `stopped` and `reason`.
 *
 * @example
 * ```ts
 * import type { RecordedEvent } from '@chat/server/msw';
 *
 * const events: RecordedEvent[] = [
 *   { delayMs: 300, delta: 'Good ' },
 *   { delayMs: 20, delta: 'morning' },
 *   { delayMs: 5, reply: 'Good morning' },
 * ];
 * ```
 */
export interface RecordedEvent {
  /** The time since the previous event of the turn, or since the message, in milliseconds. */
  readonly delayMs: number;
  /** A part of the reply. */
  readonly delta?: string;
  /** The whole reply. */
  readonly reply?: string;
  /** With `reply`: the user stopped it. A replay waits for the stop; 10 s later than in the recording the reply is complete. */
  readonly stopped?: true;
  /** The `detail` of an error response, or the text of an error frame. */
  readonly error?: string;
  /** A frame that rejects the message because of the rate limit: `retryAfterMs`. */
  readonly rateLimited?: number;
  /** After the reply: a message of the assistant without a question. */
  readonly push?: string;
  /** After the reply: the code with which the backend closed the sockets; 1006 without a close frame. */
  readonly close?: number;
  /** The reason of the close frame. */
  readonly reason?: string;
}

/**
 * A message and everything that followed, until the user's next message.
 *
 * @example
 * ```ts
 * import type { RecordedTurn } from '@chat/server/msw';
 *
 * const turn: RecordedTurn = {
 *   username: 'ada',
 *   via: 'http',
 *   message: 'Hello',
 *   status: 200,
 *   events: [{ delayMs: 300, reply: 'Good morning' }],
 * };
 * ```
 */
export interface RecordedTurn {
  /** The author of the message. */
  readonly username: string;
  /** How the message was sent: over HTTP, over HTTP with a streamed reply, or over a socket. */
  readonly via: 'http' | 'stream' | 'socket';
  /** The text of the message. */
  readonly message: string;
  /** The user asked for another reply to this message. */
  readonly regenerated?: true;
  /** The status of the HTTP response. */
  readonly status?: number;
  /** `Retry-After` of the HTTP response. */
  readonly retryAfterSeconds?: number;
  /** In their order. */
  readonly events: readonly RecordedEvent[];
}

/**
 * A recorded conversation, as `chat-server record` writes it.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { createChatMock, type MockRecording } from '@chat/server/msw';
 *
 * const replay = JSON.parse(await readFile('talk.json', 'utf8')) as MockRecording;
 * const mock = createChatMock({ baseUrl: 'https://chat.example.com', users: [ada], replay });
 * ```
 */
export interface MockRecording {
  /** The version of the format. */
  readonly version: 1;
  /** In the order of their messages. */
  readonly turns: readonly RecordedTurn[];
}

const text = z.string('a string');
const isTrue = option('true', (value) => value === true);
const kinds = ['delta', 'reply', 'error', 'rateLimited', 'push', 'close'] as const;

const eventSchema = z.pipe(
  optionsObject(
    {
      delayMs: number(0),
      delta: text,
      reply: text,
      stopped: isTrue,
      error: text,
      rateLimited: number(0),
      push: text,
      close: number(1000, 4999),
      reason: text,
    },
    ['delayMs'],
  ),
  option<{ [name: string]: unknown }>(
    `exactly one of ${kinds.join(', ')}`,
    (event) => kinds.filter((kind) => event[kind] !== undefined).length === 1,
  ),
);

/** A recording, with an error that names the path of the first invalid field. */
export const recordingSchema = optionsObject(
  {
    version: option('1', (version) => version === 1),
    turns: z.array(
      optionsObject(
        {
          username: text,
          via: option('one of http, stream, socket', (via) =>
            ['http', 'stream', 'socket'].includes(via as string),
          ),
          message: text,
          regenerated: isTrue,
          status: number(200, 599),
          retryAfterSeconds: number(0),
          events: z.array(eventSchema, 'a list of events'),
        },
        ['username', 'via', 'message', 'events'],
      ),
      'a list of turns',
    ),
  },
  ['version', 'turns'],
);

/**
 * Parses the text of a recording.
 * @throws {TypeError} with the line of a syntax error, or the path of an invalid field
 */
export function parseRecording(json: string): MockRecording {
  let recording: unknown;
  try {
    recording = JSON.parse(json);
  } catch (error) {
    throw new TypeError(`Line ${lineOf(json, error as Error)} of the recording is not valid JSON.`);
  }
  assertOptions(recordingSchema, recording, 'Recording field');
  return recording as MockRecording;
}

/** As a file, readable and without a difference for the same conversation. */
export function serializeRecording(recording: MockRecording): string {
  return `${JSON.stringify(recording, null, 2)}\n`;
}

/** The line of a syntax error. Without a position the text ends too early. */
function lineOf(json: string, { message }: Error): number {
  const [, position] = /position (\d+)/.exec(message) ?? [];
  return json.slice(0, position === undefined ? undefined : Number(position)).split('\n').length;
}
