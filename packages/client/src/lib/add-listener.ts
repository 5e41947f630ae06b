interface EventTargetLike {
  addEventListener?(type: string, listener: (event?: unknown) => void): void;
  removeEventListener?(type: string, listener: (event?: unknown) => void): void;
}

/**
 * Adds a listener if the runtime has this target; returns a function that removes it. The option `signal` of
 * `addEventListener` is not used: Node's event targets honour it for the last listener only.
 */
export function addListener(
  target: EventTargetLike | undefined,
  type: string,
  listener: (event?: unknown) => void,
): () => void {
  target?.addEventListener?.(type, listener);
  return () => target?.removeEventListener?.(type, listener);
}
