/**
 * The part of an `AbortSignal` that is used: the platform's own fits, and programs without DOM
 * types compile.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
