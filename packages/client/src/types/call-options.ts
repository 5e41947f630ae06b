import type { AbortSignalLike } from './platform.js';

/**
 * Options of every call.
 *
 * @example
 * ```ts
 * import type { CallOptions } from '@chat/client';
 *
 * const options: CallOptions = {
 *   timeoutMs: 3_000, // each attempt
 *   signal: AbortSignal.timeout(10_000), // the whole call, with the waits between attempts
 * };
 * const { totalMessages } = await client.stats.messages(options);
 * ```
 */
export interface CallOptions {
  /** Aborts the call at once, in any phase, with an `AbortError`. */
  signal?: AbortSignalLike | undefined;
  /**
   * The timeout of one attempt, in milliseconds, without the waits between attempts.
   * @default the client's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /**
   * Identifies repeats of the same call, for backends with the extension `idempotency`.
   * @default none; a new key for each `chat.send`
   */
  idempotencyKey?: string | undefined;
  /** Additional headers; the client's own take precedence. An object, a `Headers` or a `Map`. */
  headers?: Readonly<Record<string, string>> | Iterable<readonly [string, string]> | undefined;
}
