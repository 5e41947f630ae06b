/**
 * Returns why an idempotency key or a frame's id is invalid, or `undefined`. Both share one namespace and are stored, so
 * both must be valid in every header and every database.
 * @param maxLength the contract's `idempotencyKeyMaxLength` or `frameIdMaxLength`
 */
export function validateKey(key: string, maxLength: number): string | undefined {
  if (key.length >= 1 && key.length <= maxLength && /^[\x20-\x7e]*$/.test(key)) return undefined;
  return `must be 1 to ${maxLength} printable ASCII characters.`;
}
