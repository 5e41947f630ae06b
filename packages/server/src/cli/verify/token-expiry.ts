import { createHmac } from 'node:crypto';
import { decodeTokenPart, type Harness, tokenLifetimeMs } from '@chat/conformance';
import { SettingError } from '../errors.js';

/** The checks wait for tokens that expire within this time. */
const maxWaitMs = 300_000;

/** Long enough for the requests of a check to a slow backend. */
const shortenedLifetimeSeconds = 15;

const capability = 'token-expiry';

/**
 * The part of a harness that tests the expiry of tokens: with the secret it signs a token again with a short lifetime,
 * otherwise it waits if the lifetime allows.
 * @param token a token of the backend; `undefined` when its login did not return one
 * @throws {SettingError} when the secret is not the key of this token
 */
export function withTokenExpiry(
  harness: Harness,
  token: string | undefined,
  secret: string | undefined,
): Harness {
  const missing = (reason: string): Harness => ({
    ...harness,
    missingCapabilities: { ...harness.missingCapabilities, [capability]: reason },
  });
  const lifetimeMs = token === undefined ? undefined : tokenLifetimeMs(token);
  if (token === undefined || lifetimeMs === undefined) {
    return missing('it needs a token that is a JWT with "iat" and "exp" (see TOKEN-1)');
  }
  if (secret !== undefined) {
    const [signed, signature] = splitSignature(token);
    if (sign(signed, secret) !== signature) {
      throw new SettingError(
        '--secret or CHAT_VERIFY_SECRET is invalid: expected the key with which the backend signs its tokens (HS256).',
      );
    }
    return { ...harness, shortenToken: (issued) => shorten(issued, secret) };
  }
  if (lifetimeMs <= maxWaitMs) return harness;
  return missing(
    `its tokens live for ${lifetimeMs / 1000} s: set CHAT_VERIFY_SECRET to the key that signs them, or give them a lifetime of at most ${maxWaitMs / 1000} s`,
  );
}

function shorten(token: string, secret: string): string {
  const [header = ''] = token.split('.');
  const claims = decodeTokenPart(token, 1);
  const exp = Number(claims.iat) + shortenedLifetimeSeconds;
  const payload = Buffer.from(JSON.stringify({ ...claims, exp })).toString('base64url');
  return `${header}.${payload}.${sign(`${header}.${payload}`, secret)}`;
}

function splitSignature(token: string): [signed: string, signature: string] {
  const dot = token.lastIndexOf('.');
  return [token.slice(0, dot), token.slice(dot + 1)];
}

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}
