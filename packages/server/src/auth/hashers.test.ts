import { describe, expect, it } from 'vitest';
import { argon2Hasher } from './argon2-hasher.js';
import { cheapHasher } from './cheap-hasher.js';

describe.each([
  ['argon2', argon2Hasher],
  ['cheap', cheapHasher],
])('the %s hasher', (_name, hasher) => {
  it('verifies the right password only, and does not contain it', async () => {
    const password = 'pässwörd 😀';
    const hash = await hasher.hash(password);
    expect(hash).not.toContain(password);
    expect(await hasher.verify(hash, password)).toBe(true);
    for (const wrong of ['', 'pässwörd 😀 ', 'passwörd 😀']) {
      expect(await hasher.verify(hash, wrong)).toBe(false);
    }
  });

  it('hashes the same password differently each time', async () => {
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'));
  });

  it('verifies an empty password and one of 100,000 characters', async () => {
    for (const password of ['', 'x'.repeat(100_000)]) {
      expect(await hasher.verify(await hasher.hash(password), password)).toBe(true);
    }
  });
});

it('uses argon2id with at least 19 MiB', async () => {
  expect(await argon2Hasher.hash('x')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});
