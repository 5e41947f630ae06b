import { createHmac, randomUUID } from 'node:crypto';

/** A token as the server signs it. With a login, argon2 would be measured. */
export function signToken(secret, sub) {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { sub, jti: randomUUID(), iat: now, exp: now + 3600 };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
