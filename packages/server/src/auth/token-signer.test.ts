import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { argon2Hasher } from './argon2-hasher.js';
import { createTokenSecret, createTokenSigner } from './token-signer.js';

const claims = { sub: 'u1', jti: 'j1', iat: 1_700_000_000, exp: 1_700_003_600 };

describe('the token signer', () => {
  it('signs an HS256 JWT and verifies it, at any time', async () => {
    const signer = createTokenSigner('x'.repeat(32));
    const token = await signer.sign(claims);
    expect(JSON.parse(atob(token.split('.')[0]!))).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(await signer.verify(token)).toEqual(claims);
  });

  it('accepts a string and its bytes as the same secret', async () => {
    const secret = 'a secret of thirty-two bytes, ä!';
    const token = await createTokenSigner(secret).sign(claims);
    const bytes = new TextEncoder().encode(secret);
    expect(await createTokenSigner(bytes).verify(token)).toEqual(claims);
  });

  it('rejects tokens of another secret, and changed tokens', async () => {
    const token = await createTokenSigner(createTokenSecret()).sign(claims);
    const signer = createTokenSigner(createTokenSecret());
    expect(await signer.verify(token)).toBeUndefined();
    const own = await signer.sign(claims);
    const [header, payload, signature] = own.split('.');
    const other = btoa(JSON.stringify({ ...claims, sub: 'u2' })).replaceAll('=', '');
    for (const forged of [
      `${header}.${other}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      '',
      '...',
      `${btoa('{"alg":"none"}')}.${payload}.`,
    ]) {
      expect(await signer.verify(forged)).toBeUndefined();
    }
  });

  it('accepts one spelling of the signature only', async () => {
    const signer = createTokenSigner(createTokenSecret());
    const token = await signer.sign(claims);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const valid: string[] = [];
    for (const last of alphabet) {
      const spelling = token.slice(0, -1) + last;
      if ((await signer.verify(spelling)) !== undefined) valid.push(spelling);
    }
    expect(valid).toEqual([token]);
    expect(await signer.verify(`${token}.`)).toBeUndefined();
    expect(await signer.verify(`${token}=`)).toBeUndefined();
  });

  it('signs and verifies the same tokens with WebCrypto, as in a browser', async () => {
    const node = createTokenSigner('x'.repeat(32));
    const builtin = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    try {
      const web = createTokenSigner('x'.repeat(32));
      expect(await web.sign(claims)).toBe(await node.sign(claims));
      expect(await web.verify(await node.sign(claims))).toEqual(claims);
      expect(await web.verify(`${await node.sign(claims)}x`)).toBeUndefined();
    } finally {
      builtin.mockRestore();
    }
  });

  it('verifies a token before a password hash of the same moment is ready', async () => {
    const signer = createTokenSigner(createTokenSecret());
    const token = await signer.sign(claims);
    const order: string[] = [];
    const hashes = Array.from({ length: 8 }, () =>
      argon2Hasher.hash('s3cret').then(() => order.push('hash')),
    );
    await signer.verify(token).then(() => order.push('token'));
    await Promise.all(hashes);
    expect(order[0]).toBe('token');
  });

  it('rejects invalid claims, even with a valid signature', async () => {
    const signer = createTokenSigner(createTokenSecret());
    for (const odd of [{ exp: claims.iat }, { exp: claims.iat - 1 }, { exp: 1e300 }, { sub: '' }]) {
      expect(await signer.verify(await signer.sign({ ...claims, ...odd }))).toBeUndefined();
    }
  });

  it('rejects a secret that is too short, without repeating it', () => {
    expect(() => createTokenSigner('s3cret')).toThrow(
      new RangeError('The token secret must have at least 32 bytes.'),
    );
  });

  it('works where the global Uint8Array is not that of TextEncoder, as under jsdom', async () => {
    const signer = createTokenSigner('x'.repeat(32));
    vi.stubGlobal('Uint8Array', runInNewContext('Uint8Array'));
    try {
      expect(await signer.verify(await signer.sign(claims))).toEqual(claims);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('creates different secrets', () => {
    expect(createTokenSecret()).not.toEqual(createTokenSecret());
    expect(createTokenSecret()).toHaveLength(32);
  });
});
