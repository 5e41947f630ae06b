import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTestChat, noon, type TestChat, testSecret } from '../testing/test-chat.js';
import { changePassword } from './change-password.js';

const noonSeconds = noon / 1000;

function sign(claims: Record<string, unknown>, alg = 'HS256', secret = testSecret) {
  const key = new TextEncoder().encode(
    secret.padEnd(64, '.').slice(0, alg === 'HS256' ? undefined : 64),
  );
  const bytes = alg === 'HS256' ? new TextEncoder().encode(secret) : key;
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(bytes);
}

const sound = { sub: 'u1', jti: 'j1', iat: noonSeconds, exp: noonSeconds + 3600 };

function claimsOf(token: string) {
  return JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')));
}

async function expectRefused(chat: TestChat, token: string) {
  const answer = await chat.call('history', { token });
  expect(answer).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  expect(JSON.stringify(answer.body)).not.toContain(token || '\u0000');
}

describe('login', () => {
  it('gives a bearer token for one hour', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { sub, jti, iat, exp } = claimsOf(ada.token);
    expect({ sub, jti }).toEqual({ sub: expect.any(String), jti: expect.any(String) });
    expect(exp - iat).toBe(3600);
    chat.clock.advance(3_599_999);
    expect((await ada.call('history')).status).toBe(200);
    chat.clock.advance(1);
    await expectRefused(chat, ada.token);
  });

  it('refuses a wrong password and an unknown name in the same words', async () => {
    const chat = createTestChat();
    await chat.login('ada');
    const answers = await Promise.all(
      [
        { username: 'ada', password: 'wrong' },
        { username: 'bob', password: 's3cret' },
        { username: 'Ada', password: 's3cret' },
        { username: 'ada\u0000', password: 's3cret' },
        { username: '', password: '' },
      ].map((body) => chat.call('login', { body })),
    );
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(headers['WWW-Authenticate']).toBe('Bearer');
      expect(body).toEqual(answers[0]!.body);
    }
  });

  it('verifies a password also for a name that nobody has', async () => {
    const verified: string[] = [];
    const chat = createTestChat({
      passwords: {
        hash: async (password) => `hash of ${password}`,
        verify: async (hash) => {
          verified.push(hash);
          return false;
        },
      },
    });
    await chat.call('login', { body: { username: 'nobody', password: 's3cret' } });
    expect(verified).toEqual([expect.stringContaining('hash of ')]);
  });

  it.each([
    {},
    { username: 'ada' },
    { username: 1, password: 's3cret' },
    { username: 'ada', password: ['s3cret'] },
  ])('%j is a 400 that does not repeat the password', async (body) => {
    const answer = await createTestChat().call('login', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).not.toContain('s3cret');
  });
});

describe('a token', () => {
  it('is taken with any spelling of the scheme', async () => {
    const chat = createTestChat();
    const { token } = await chat.login();
    for (const authorization of [`bearer ${token}`, `BEARER  ${token}`]) {
      expect((await chat.call('history', { headers: { authorization } })).status).toBe(200);
    }
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic YWRhOnMzY3JldA==', 'Bearer a b', 'token'])(
    'is missed in the header %j',
    async (authorization) => {
      const answer = await createTestChat().call('history', { headers: { authorization } });
      expect(answer).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    },
  );

  it.each(['x', 'a.b.c', '..', 'e30.e30.e30', 'x'.repeat(100_000)])(
    '%.20s is a 401',
    async (token) => {
      await expectRefused(createTestChat(), token);
    },
  );

  it('with our signature and sound claims is good', async () => {
    const chat = createTestChat();
    expect((await chat.call('history', { token: await sign(sound) })).status).toBe(200);
  });

  it('is good in one spelling only, though jose takes a padded signature', async () => {
    const chat = createTestChat();
    const { token } = await chat.login();
    for (const end of ['=', '==', '\n', '.']) await expectRefused(chat, token + end);
  });

  it('of another key or algorithm, or unsigned, is a 401', async () => {
    const chat = createTestChat();
    await expectRefused(chat, await sign(sound, 'HS256', 'another secret of at least 32 bytes'));
    await expectRefused(chat, await sign(sound, 'HS512'));
    await expectRefused(chat, new UnsecuredJWT(sound).encode());
  });

  it.each([
    ['no exp', { exp: undefined }],
    ['no sub', { sub: undefined }],
    ['no jti', { jti: undefined }],
    ['no iat', { iat: undefined }],
    ['an empty sub', { sub: '' }],
    ['a NUL in its sub', { sub: 'a\u0000' }],
    ['a number as sub', { sub: 1 }],
    ['an endless exp', { exp: 1e300 }],
    ['a text as exp', { exp: '9999999999' }],
    ['a fraction as exp', { exp: noonSeconds + 0.5 }],
    ['a negative iat', { iat: -1 }],
    ['exp before iat', { iat: noonSeconds, exp: noonSeconds }],
    ['a life of a hundred years', { exp: noonSeconds + 3_155_760_000 }],
    ['an iat in the future', { iat: noonSeconds + 120 }],
    ['an exp in the past', { iat: noonSeconds - 20, exp: noonSeconds - 10 }],
  ])('with %s is a 401', async (_name, claims) => {
    await expectRefused(createTestChat(), await sign({ ...sound, ...claims }));
  });

  it('is verified once, and not again with every call', async () => {
    const chat = createTestChat();
    const { tokens } = chat.dependencies;
    const ada = await chat.login();
    const verify = tokens.verify.bind(tokens);
    let verified = 0;
    tokens.verify = (token) => {
      verified += 1;
      return verify(token);
    };
    for (let i = 0; i < 5; i += 1) await ada.call('history');
    expect(verified).toBe(1);
  });
});

describe('logout', () => {
  it('makes its token worthless at once and leaves the others', async () => {
    const chat = createTestChat();
    const phone = await chat.login();
    const laptop = await chat.login();
    await phone.call('history');
    expect(await phone.call('logout')).toMatchObject({
      status: 200,
      body: { message: 'Successfully logged out' },
    });
    await expectRefused(chat, phone.token);
    expect((await laptop.call('history')).status).toBe(200);
  });

  it('tells the sockets of the token', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.call('logout');
    const { sub, jti } = claimsOf(ada.token);
    expect(chat.events).toEqual([{ userId: sub, event: { kind: 'revoked', jti } }]);
  });

  it('holds after a restart', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.call('logout');
    const restarted = createTestChat({ store: chat.dependencies.store });
    await expectRefused(restarted, ada.token);
  });

  it('holds at once here, also when news does not travel', async () => {
    const deaf = { publish: () => {}, subscribe: () => () => {} };
    const chat = createTestChat({ fanOut: deaf });
    const ada = await chat.login();
    await ada.call('history');
    await ada.call('logout');
    await expectRefused(chat, ada.token);
  });

  it('on another instance is heard of, or found in the store within a second', async () => {
    const here = createTestChat();
    const { store } = here.dependencies;
    const elsewhere = createTestChat({ store });
    const told = createTestChat({ store, fanOut: here.dependencies.fanOut });
    const ada = await here.login();
    for (const chat of [told, elsewhere]) {
      expect((await chat.call('history', { token: ada.token })).status).toBe(200);
    }
    await ada.call('logout');
    await expectRefused(told, ada.token);
    elsewhere.clock.advance(1_000);
    await expectRefused(elsewhere, ada.token);
  });

  it('is not outrun by a check that began before it', async () => {
    const chat = createTestChat();
    const { store } = chat.dependencies;
    const ada = await chat.login();
    const ask = store.isTokenRevoked.bind(store);
    let answerLate = (): void => {};
    const asked = new Promise<void>((resolve) => {
      store.isTokenRevoked = async (jti) => {
        const revoked = await ask(jti);
        resolve();
        await new Promise<void>((late) => {
          answerLate = late;
        });
        return revoked;
      };
    });
    const slow = ada.call('history');
    await asked;
    store.isTokenRevoked = ask;
    await ada.call('logout');
    answerLate();
    await slow;
    await expectRefused(chat, ada.token);
  });
});

describe('a new password', () => {
  it('ends every token that was got with the old one, and no other', async () => {
    const chat = createTestChat();
    const { dependencies } = chat;
    const tokens = [await chat.login(), await chat.login()];
    const bob = await chat.login('bob');
    expect(await changePassword(dependencies, { username: 'ada', password: 'new' })).toBe(true);
    chat.clock.advance(1_000);
    for (const { token } of tokens) await expectRefused(chat, token);
    expect((await bob.call('history')).status).toBe(200);
    // In the very same second, and with the very same words again.
    const fresh = await chat.login('ada', 'new');
    expect((await fresh.call('history')).status).toBe(200);
    expect(await changePassword(dependencies, { username: 'ada', password: 'new' })).toBe(true);
    chat.clock.advance(1_000);
    await expectRefused(chat, fresh.token);
  });

  it('is not taken when it is empty or there is no such user', async () => {
    const { dependencies } = createTestChat();
    await expect(changePassword(dependencies, { username: 'ada', password: '' })).rejects.toThrow(
      'A password must not be empty.',
    );
    expect(await changePassword(dependencies, { username: 'eve', password: 'new' })).toBe(false);
  });
});

describe('addUser', () => {
  it('says when a name is taken', async () => {
    const { api } = createTestChat();
    expect(await api.addUser({ username: 'ada', password: 'a' })).toBe(true);
    expect(await api.addUser({ username: 'ada', password: 'b' })).toBe(false);
  });

  it.each([
    { username: '', password: 'a' },
    { username: 'a\u0000', password: 'a' },
    { username: 'x'.repeat(256), password: 'a' },
    { username: 'ada', password: '' },
  ])('refuses %j', async (user) => {
    await expect(createTestChat().api.addUser(user)).rejects.toMatchObject({ status: 400 });
  });
});
