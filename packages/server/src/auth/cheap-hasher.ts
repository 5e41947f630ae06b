import type { PasswordHasher } from '../domain/ports/index.js';

const iterations = 1;
const saltBytes = 16;

/**
 * PBKDF2 with one iteration, from WebCrypto: for the mock, whose passwords are in the tests anyway. It is fast and protects
 * nothing.
 */
export const cheapHasher: PasswordHasher = {
  async hash(password) {
    const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
    return `${toHex(salt)}:${toHex(await derive(password, salt))}`;
  },
  async verify(encoded, password) {
    const [salt = '', expected = ''] = encoded.split(':');
    return toHex(await derive(password, fromHex(salt))) === expected;
  },
};

async function derive(password: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
