import type { AbortSignalLike } from '../types/platform.js';

/** The callbacks of a signal, and the one listener that calls them. */
type Callbacks = Set<() => void> & { listener: () => void };

const callbacksOf = new WeakMap<AbortSignalLike, Callbacks>();

/**
 * Calls `callback` when the signal aborts; returns a function that removes it. All callbacks of a signal share one
 * listener, because Node reports a leak at the eleventh.
 */
export function onAbort(signal: AbortSignalLike | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  let callbacks = callbacksOf.get(signal);
  if (callbacks === undefined) {
    const all: Set<() => void> = new Set();
    const listener = () => {
      for (const each of all) each();
    };
    callbacks = Object.assign(all, { listener });
    callbacksOf.set(signal, callbacks);
    signal.addEventListener('abort', listener);
  }
  const { listener } = callbacks.add(callback) as Callbacks;
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    callbacksOf.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}
