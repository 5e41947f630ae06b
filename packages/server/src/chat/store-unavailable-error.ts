/**
 * The store could not do what it was asked, and nothing of it is known to be kept: it is locked, full,
 * closed or out of reach. The same call may succeed later.
 */
export class StoreUnavailableError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'StoreUnavailableError';
  }
}
