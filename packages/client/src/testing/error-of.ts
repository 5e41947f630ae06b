/**
 * The error that a promise rejects with, for assertions that `expect(…).rejects` cannot make: on several properties, or
 * after other steps. Unlike an unhandled promise it may be awaited later.
 * @throws {Error} when the promise fulfils
 */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whichever properties its error has.
export function errorOf(promise: Promise<unknown>): Promise<any> {
  const error = promise.then(
    () => {
      throw new Error('The promise fulfilled.');
    },
    (reason) => reason,
  );
  error.catch(() => {});
  return error;
}
