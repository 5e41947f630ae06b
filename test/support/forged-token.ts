import { createHmac } from 'node:crypto';

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;

export interface Forgery {
  readonly secret: string;
  readonly algorithm?: keyof typeof hashes;
  /** What the header claims, when it is not the algorithm. */
  readonly claimedAlgorithm?: string;
  readonly payload: unknown;
}

/** A token made by hand, as whoever has or guesses a key can make one. */
export function forgeToken({ secret, algorithm = 'HS256', claimedAlgorithm, payload }: Forgery) {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: claimedAlgorithm ?? algorithm, typ: 'JWT' })}.${encode(payload)}`;
  const signature = createHmac(hashes[algorithm], secret).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

export function decodePayload(token: string): { readonly [claim: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
