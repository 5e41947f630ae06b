import { isChatError } from '@chat/client';

/** `done`, or the code of a `ChatError`; rejects with any other error. */
export function settledCode(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error) => (isChatError(error) ? error.code : Promise.reject(error)),
  );
}

/** The error with which a promise rejects. */
export function rejectionOf<E = unknown>(work: Promise<unknown>): Promise<E> {
  return work.then(
    () => Promise.reject(new Error('The promise was expected to reject.')),
    (error) => error as E,
  );
}

/** A promise that another part of the test resolves. */
export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function deferred(): Deferred {
  let resolve = () => {};
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}
