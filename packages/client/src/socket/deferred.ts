/** A promise with its handles. */
export function deferred<T>() {
  let handles: { resolve(value: T): void; reject(error: Error): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    handles = { resolve, reject };
  });
  return { promise, ...handles! };
}

/** A promise that failed already. When nobody awaits it, the process lives. */
export function refused(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
