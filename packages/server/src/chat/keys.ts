/**
 * What is wrong with an idempotency key or a frame's id, or `undefined` when nothing is. Both are one
 * namespace and are stored, so both keep to what every header and every database takes.
 * @param maxLength the contract's `idempotencyKeyMaxLength` or `frameIdMaxLength`
 */
export function keyProblem(key: string, maxLength: number): string | undefined {
  if (key.length >= 1 && key.length <= maxLength && /^[\x20-\x7e]*$/.test(key)) return undefined;
  return `must be 1 to ${maxLength} printable ASCII characters.`;
}
