import type { AbortSignalLike } from './abort-signal.js';

/**
 * What every call takes beside its own parameters.
 *
 * @example
 * ```ts
 * import type { CallOptions } from '@chat/client';
 *
 * const options: CallOptions = {
 *   timeoutMs: 3_000, // each try
 *   signal: AbortSignal.timeout(10_000), // the whole call, waits between tries and all
 * };
 * const { totalMessages } = await client.stats.messages(options);
 * ```
 */
export interface CallOptions {
  /** Ends the call at once, in whatever phase it is, with an `AbortError`. */
  signal?: AbortSignalLike | undefined;
  /**
   * How long one try may wait for its answer, in milliseconds; waits between tries do not count.
   * @default the client's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /**
   * Marks repeats of one and the same call, for backends that know the extension `idempotency`.
   * @default none; a new one for each `chat.send`
   */
  idempotencyKey?: string | undefined;
  /** Sent beside the client's own headers, which win. An object, a `Headers` or a `Map`. */
  headers?: Readonly<Record<string, string>> | Iterable<readonly [string, string]> | undefined;
}
