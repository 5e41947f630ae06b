/** 128 random bits. Not `crypto.randomUUID`, which browsers keep from pages without HTTPS. */
export function createIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
