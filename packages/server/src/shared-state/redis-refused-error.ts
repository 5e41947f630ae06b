/** Redis is there and does not let us in: waiting would not help. */
export class RedisRefusedError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'RedisRefusedError';
  }
}
