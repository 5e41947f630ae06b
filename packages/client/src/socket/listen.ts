interface Target {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/**
 * Listens to what there may be in this runtime, and returns how to stop. Not by the option `signal`:
 * Node's own targets forget that of all listeners but the last.
 */
export function listen(target: Target | undefined, type: string, listener: () => void): () => void {
  target?.addEventListener?.(type, listener);
  return () => target?.removeEventListener?.(type, listener);
}
