import { assertKnownOptions, assertSignal, numberOptions } from '../options/validate.js';
import type { AbortSignalLike } from '../types/platform.js';
import type { ClosePolicy } from './connection/close-policy.js';

/**
 * Delays between connection attempts.
 *
 * @example
 * ```ts
 * import type { BackoffOptions } from '@chat/client';
 *
 * // A display on a wall can wait for minutes.
 * const backoff: BackoffOptions = { minDelayMs: 5_000, maxDelayMs: 300_000 };
 * const socket = client.connect({ backoff });
 * ```
 */
export interface BackoffOptions {
  /**
   * Minimum delay before the next attempt, in milliseconds.
   * @default 500
   */
  minDelayMs?: number | undefined;
  /**
   * Maximum delay before the next attempt, in milliseconds. The delay doubles with each failure.
   * @default 30000
   */
  maxDelayMs?: number | undefined;
  /**
   * Delays start at `minDelayMs` again after a connection stayed open for this time, in milliseconds.
   * @default 5000
   */
  minUptimeMs?: number | undefined;
}

/**
 * Limits of the queue of messages that wait to be sent or acknowledged.
 *
 * @example
 * ```ts
 * import type { QueueOptions } from '@chat/client';
 *
 * // Report within half a minute that a message could not be sent.
 * const queue: QueueOptions = { maxMessages: 20, ttlMs: 30_000 };
 * const socket = client.connect({ queue });
 * ```
 */
export interface QueueOptions {
  /**
   * Maximum number of messages.
   * @default 1000
   */
  maxMessages?: number | undefined;
  /**
   * Maximum size of all contents, in bytes of UTF-8.
   * @default 4194304
   */
  maxBytes?: number | undefined;
  /**
   * Time to live of a message that is not known to be stored, in milliseconds. Then its promise rejects.
   * @default 300000
   */
  ttlMs?: number | undefined;
}

/**
 * Limits of the recovery from history after a reconnect.
 *
 * @example
 * ```ts
 * import type { RecoverOptions } from '@chat/client';
 *
 * const recover: RecoverOptions = { maxMessages: 200 };
 * const socket = client.connect({ recover });
 * socket.on('recovered', ({ complete }) => {
 *   if (!complete) console.log('Some messages are missing; load the history.');
 * });
 * ```
 */
export interface RecoverOptions {
  /**
   * Maximum number of messages to fetch per gap. Of a larger gap, the newest are delivered.
   * @default 1000
   */
  maxMessages?: number | undefined;
}

/**
 * Options of `client.connect()`.
 *
 * @example
 * ```ts
 * import type { ConnectOptions } from '@chat/client';
 *
 * const controller = new AbortController();
 * const options: ConnectOptions = {
 *   stream: true, // receive the reply while it is generated
 *   recover: { maxMessages: 200 }, // after a long time offline, the newest are enough
 *   signal: controller.signal,
 * };
 * const socket = client.connect(options);
 * ```
 */
export interface ConnectOptions {
  /** Delays between connection attempts. */
  backoff?: BackoffOptions | undefined;
  /**
   * Maximum time of one connection attempt, in milliseconds; the time to get a token is not included.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined;
  /** Limits of the queue of messages to send. */
  queue?: QueueOptions | undefined;
  /**
   * Requests replies as a stream of deltas while they are generated (event `delta`).
   * @default false
   */
  stream?: boolean | undefined;
  /**
   * Whether messages that were missed between two connections are fetched from history.
   * @default true
   */
  recover?: boolean | RecoverOptions | undefined;
  /**
   * Actions by close code; they override those of the protocol.
   * @default the actions of the protocol
   */
  closePolicy?: ClosePolicy | undefined;
  /** Closes the socket permanently when it aborts. */
  signal?: AbortSignalLike | undefined;
}

const defaults = {
  backoff: { minDelayMs: 500, maxDelayMs: 30_000, minUptimeMs: 5000 },
  connectTimeoutMs: 10_000,
  queue: { maxMessages: 1000, maxBytes: 4_194_304, ttlMs: 300_000 },
  recover: { maxMessages: 1000 },
};

const kinds = {
  ...defaults,
  recover: 'a boolean or an object',
  stream: 'a boolean',
  closePolicy: 'an object',
  signal: 0,
};
const action = '"final", "retry", "refresh" or "slow"';

export type SocketSettings = ReturnType<typeof socketSettings>;

/**
 * Applies the defaults; `recover: false` becomes `maxMessages: 0`.
 * @throws {InvalidOptionError} naming the first invalid option
 */
export function socketSettings(options: ConnectOptions) {
  assertKnownOptions('', kinds, options);
  const { recover, stream = false, closePolicy = {}, signal } = options;
  assertSignal(signal);
  const codes = Object.keys(closePolicy).map((code) => [code, action]);
  assertKnownOptions('closePolicy.', Object.fromEntries(codes), closePolicy);
  const bounds = recover === true ? undefined : recover;
  const given = { ...options, recover: bounds === false ? { maxMessages: 0 } : bounds };
  return { ...numberOptions('', defaults, given), stream, closePolicy, signal };
}
