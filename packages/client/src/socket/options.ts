import { demandOptions, demandSignal, figures } from '../demand.js';
import type { AbortSignalLike } from '../types/abort-signal.js';
import type { BackoffOptions } from './backoff.js';
import type { ClosePolicy } from './close-policy.js';

/**
 * Bounds of what waits to be sent or to be acknowledged.
 *
 * @example
 * ```ts
 * import type { QueueOptions } from '@chat/client';
 *
 * // Who writes to a person wants to know within half a minute that a message did not leave.
 * const queue: QueueOptions = { maxMessages: 20, ttlMs: 30_000 };
 * const socket = client.connect({ queue });
 * ```
 */
export interface QueueOptions {
  /**
   * Messages that may wait at once.
   * @default 1000
   */
  maxMessages?: number | undefined;
  /**
   * UTF-8 bytes of content that may wait at once.
   * @default 4194304
   */
  maxBytes?: number | undefined;
  /**
   * Milliseconds after which a message that is still not known to be stored is given up.
   * @default 300000
   */
  ttlMs?: number | undefined;
}

/**
 * Bounds of what is fetched from history after a reconnect.
 *
 * @example
 * ```ts
 * import type { RecoverOptions } from '@chat/client';
 *
 * const recover: RecoverOptions = { maxMessages: 200 };
 * const socket = client.connect({ recover });
 * socket.on('recovered', ({ complete }) => {
 *   if (!complete) console.log('Earlier messages are in the history.');
 * });
 * ```
 */
export interface RecoverOptions {
  /**
   * The most messages that are fetched to fill one gap; of a larger gap the newest are shown.
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
 * const leave = new AbortController();
 * const options: ConnectOptions = {
 *   stream: true, // pieces of the reply as they are made
 *   recover: { maxMessages: 200 }, // after a long night the newest will do
 *   signal: leave.signal,
 * };
 * const socket = client.connect(options);
 * ```
 */
export interface ConnectOptions {
  /** Waits between dials. */
  backoff?: BackoffOptions | undefined;
  /**
   * Milliseconds that a dial may take, from the token in hand to an open WebSocket.
   * @default 10000
   */
  connectTimeoutMs?: number | undefined;
  /** Bounds of what waits to be sent. */
  queue?: QueueOptions | undefined;
  /**
   * Asks the server for the reply's pieces while they are made (event `delta`).
   * @default false
   */
  stream?: boolean | undefined;
  /**
   * Whether messages that were missed between two connections are fetched from history.
   * @default true
   */
  recover?: boolean | RecoverOptions | undefined;
  /**
   * What follows a close code, where the protocol's own answer does not suit.
   * @default the protocol's answers
   */
  closePolicy?: ClosePolicy | undefined;
  /** Closes the socket for good when it aborts. */
  signal?: AbortSignalLike | undefined;
}

const defaults = {
  backoff: { minMs: 500, maxMs: 30_000, minUptimeMs: 5000 },
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
 * The options with their defaults; no recovery is one of no messages.
 * @throws InvalidOptionError naming the first option that is wrong
 */
export function socketSettings(options: ConnectOptions) {
  demandOptions('', kinds, options);
  const { recover, stream = false, closePolicy = {}, signal } = options;
  demandSignal(signal);
  const codes = Object.keys(closePolicy).map((code) => [code, action]);
  demandOptions('closePolicy.', Object.fromEntries(codes), closePolicy);
  const bounds = recover === true ? undefined : recover;
  const given = { ...options, recover: bounds === false ? { maxMessages: 0 } : bounds };
  return { ...figures('', defaults, given), stream, closePolicy, signal };
}
