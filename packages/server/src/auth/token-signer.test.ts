import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { createTokenSecret, createTokenSigner } from './token-signer.js';

const claims = { sub: 'u1', jti: 'j1', iat: 1_700_000_000, exp: 1_700_003_600 };

describe('the token signer', () => {
  it('makes a JWT of HS256 and reads it again, whatever time it is', async () => {
    const signer = createTokenSigner('x'.repeat(32));
    const token = await signer.sign(claims);
    expect(JSON.parse(atob(token.split('.')[0]!))).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(await signer.verify(token)).toEqual(claims);
  });

  it('takes text and bytes as the same secret', async () => {
    const secret = 'a secret of thirty-two bytes, ä!';
    const token = await createTokenSigner(secret).sign(claims);
    const bytes = new TextEncoder().encode(secret);
    expect(await createTokenSigner(bytes).verify(token)).toEqual(claims);
  });

  it('does not know what another secret signed, or what was changed', async () => {
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

  it('does not take claims that make no sense, though it signed them', async () => {
    const signer = createTokenSigner(createTokenSecret());
    for (const odd of [{ exp: claims.iat }, { exp: claims.iat - 1 }, { exp: 1e300 }, { sub: '' }]) {
      expect(await signer.verify(await signer.sign({ ...claims, ...odd }))).toBeUndefined();
    }
  });

  it('refuses a secret that is too short, and does not repeat it', () => {
    expect(() => createTokenSigner('s3cret')).toThrow(
      new RangeError('The token secret must have at least 32 bytes.'),
    );
  });

  it('works where the global Uint8Array is not the one of TextEncoder, as under jsdom', async () => {
    const signer = createTokenSigner('x'.repeat(32));
    vi.stubGlobal('Uint8Array', runInNewContext('Uint8Array'));
    try {
      expect(await signer.verify(await signer.sign(claims))).toEqual(claims);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('makes secrets that differ', () => {
    expect(createTokenSecret()).not.toEqual(createTokenSecret());
    expect(createTokenSecret()).toHaveLength(32);
  });
});
