import * as base64url from 'jose/base64url';
import { parseClaims } from '../domain/auth/token-claims.js';
import type { TokenSigner } from '../domain/ports/index.js';

const algorithm = 'HS256';
/** RFC 7518, 3.2: a key of at least the hash's size. */
const minSecretBytes = 32;

/** Signs and verifies the bytes of a token. */
interface Jws {
  sign(payload: string): string | Promise<string>;
  /** The payload of a token with a valid signature. Throws or rejects for any other token. */
  open(token: string): string | Promise<string>;
}

/**
 * Signs and verifies tokens with HS256. Also runs in a browser.
 * @param secret at least 32 bytes; a string is encoded as UTF-8
 * @throws RangeError when the secret is shorter.
 */
export function createTokenSigner(secret: string | Uint8Array): TokenSigner {
  const bytes =
    typeof secret === 'string' ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  if (bytes.length < minSecretBytes) {
    throw new RangeError(`The token secret must have at least ${minSecretBytes} bytes.`);
  }
  const jws = createNodeJws(bytes) ?? createWebJws(bytes);

  return {
    sign: async (claims) => jws.sign(JSON.stringify(claims)),
    async verify(token) {
      try {
        return parseClaims(JSON.parse(await jws.open(token)));
      } catch {
        // Malformed, unsigned, another algorithm or key, invalid JSON: the caller does not need to know which.
        return undefined;
      }
    },
  };
}

/** A secret for a server without a configured one: its tokens become invalid when it stops. */
export function createTokenSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(minSecretBytes));
}

/**
 * With `node:crypto`, synchronously: WebCrypto uses the same threads as password hashing, so that tokens would wait while
 * many users log in. Returns `undefined` where there is no such module. It is not imported, because the mock runs in
 * browsers too.
 */
function createNodeJws(secret: Uint8Array): Jws | undefined {
  const node = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (node === undefined) return undefined;
  const key = node.createSecretKey(secret);
  const signatureOf = (input: string): string =>
    node.createHmac('sha256', key).update(input).digest('base64url');
  const header = base64url.encode(JSON.stringify({ alg: algorithm, typ: 'JWT' }));
  return {
    sign(payload) {
      const input = `${header}.${base64url.encode(payload)}`;
      return `${input}.${signatureOf(input)}`;
    },
    open(token) {
      const [head = '', payload = '', signature = '', ...rest] = token.split('.');
      const given = new TextEncoder().encode(signature);
      // The texts are compared, not their bytes: base64url has several spellings of the same bytes.
      const expected = new TextEncoder().encode(signatureOf(`${head}.${payload}`));
      if (
        given.length !== expected.length ||
        !node.timingSafeEqual(given, expected) ||
        rest.length
      ) {
        throw new Error('The signature is wrong.');
      }
      const { alg, crit } = JSON.parse(decodeText(head)) as { alg?: unknown; crit?: unknown };
      // RFC 7515, 4.1.11: an extension that must be understood. There is none.
      if (alg !== algorithm || crit !== undefined) throw new Error('The header is not supported.');
      return decodeText(payload);
    },
  };
}

/** With WebCrypto and jose, which is loaded here only: it has many files, and a program on Node.js does not need them. */
function createWebJws(secret: Uint8Array<ArrayBuffer>): Jws {
  const jose = Promise.all([import('jose/jws/compact/sign'), import('jose/jws/compact/verify')]);
  jose.catch(() => {});
  // Imported once: jose would import raw bytes for every token.
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = crypto.subtle.importKey('raw', secret, hmac, false, ['sign', 'verify']);
  key.catch(() => {});
  return {
    async sign(payload) {
      const [{ CompactSign }] = await jose;
      // Copied into the current global Uint8Array: under jsdom it is another class than the encoder's, and jose checks it
      // with `instanceof`.
      return new CompactSign(Uint8Array.from(new TextEncoder().encode(payload)))
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .sign(await key);
    },
    async open(token) {
      const [, { compactVerify }] = await jose;
      const { payload } = await compactVerify(token, await key, { algorithms: [algorithm] });
      return new TextDecoder('utf-8', { fatal: true }).decode(payload);
    },
  };
}

function decodeText(text: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(text));
}
