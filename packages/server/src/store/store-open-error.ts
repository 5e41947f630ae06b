/** A store that cannot be used as it is configured: the sentence says what is wrong and what to do. */
export class StoreOpenError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'StoreOpenError';
  }
}
