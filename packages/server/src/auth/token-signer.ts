import { CompactSign, compactVerify } from 'jose';
import type { TokenSigner } from '../chat/ports.js';
import { soundClaims } from '../chat/token-claims.js';

const algorithm = 'HS256';
/** RFC 7518, 3.2: a key of at least the hash's size. */
const secretMinBytes = 32;

/**
 * Signs and checks tokens with HS256 (jose); runs in a browser as well.
 * @param secret at least 32 bytes; a text is taken as UTF-8
 * @throws RangeError when the secret is shorter.
 */
export function createTokenSigner(secret: string | Uint8Array): TokenSigner {
  const encoder = new TextEncoder();
  const bytes = typeof secret === 'string' ? encoder.encode(secret) : Uint8Array.from(secret);
  if (bytes.length < secretMinBytes) {
    throw new RangeError(`The token secret must have at least ${secretMinBytes} bytes.`);
  }
  // Imported once: with bare bytes jose would import them for every token.
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = crypto.subtle.importKey('raw', bytes, hmac, false, ['sign', 'verify']);
  key.catch(() => {});

  return {
    async sign(claims) {
      // Copied into what the global of the moment makes: under jsdom that is another class than the
      // encoder's, and jose asks for it by `instanceof`.
      return new CompactSign(Uint8Array.from(encoder.encode(JSON.stringify(claims))))
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .sign(await key);
    },
    async verify(token) {
      const payload = await payloadOf(token, await key);
      return payload === undefined ? undefined : soundClaims(payload);
    },
  };
}

/** A secret for a server that was given none: its tokens end with it. */
export function createTokenSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(secretMinBytes));
}

async function payloadOf(token: string, key: CryptoKey): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    // Malformed, unsigned, of another algorithm or key, no JSON: all the same to whoever sent it.
    return undefined;
  }
}
