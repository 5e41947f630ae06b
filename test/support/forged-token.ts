import { createHmac } from 'node:crypto';

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;

export interface ForgedToken {
  readonly secret: string;
  readonly algorithm?: keyof typeof hashes;
  /** The `alg` of the header, if it should differ from the algorithm. */
  readonly claimedAlgorithm?: string;
  readonly payload: unknown;
}

/** Creates a token as an attacker could who knows or guesses a key. */
export function forgeToken({
  secret,
  algorithm = 'HS256',
  claimedAlgorithm,
  payload,
}: ForgedToken) {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: claimedAlgorithm ?? algorithm, typ: 'JWT' })}.${encode(payload)}`;
  const signature = createHmac(hashes[algorithm], secret).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

export function decodePayload(token: string): { readonly [claim: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
