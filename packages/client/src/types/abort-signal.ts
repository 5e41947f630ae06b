/**
 * The part of an `AbortSignal` that is used: the platform's own fits, and programs without DOM
 * types compile.
 *
 * @example
 * ```ts
 * import type { AbortSignalLike } from '@chat/client';
 *
 * // The platform's own fits, in a program that knows no DOM types as well.
 * const signal: AbortSignalLike = AbortSignal.timeout(5_000);
 * await client.chat.history({ signal });
 * ```
 */
export interface AbortSignalLike {
  /** Whether it has aborted. */
  readonly aborted: boolean;
  /** What it was aborted with; becomes the `cause` of the `AbortError`. */
  readonly reason?: unknown;
  /** Called once, when it aborts. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Called when the work is done, so that no listener stays behind. */
  removeEventListener(type: 'abort', listener: () => void): void;
}
