import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTestChat, noon, type TestChat, testSecret } from '../../testing/test-chat.js';
import { changePassword } from './change-password.js';

const noonSeconds = noon / 1000;

function sign(claims: Record<string, unknown>, alg = 'HS256', secret = testSecret) {
  const key = new TextEncoder().encode(
    secret.padEnd(64, '.').slice(0, alg === 'HS256' ? undefined : 64),
  );
  const bytes = alg === 'HS256' ? new TextEncoder().encode(secret) : key;
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(bytes);
}

const validClaims = { sub: 'u1', jti: 'j1', iat: noonSeconds, exp: noonSeconds + 3600 };

function claimsOf(token: string) {
  return JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')));
}

async function expectUnauthorized(chat: TestChat, token: string) {
  const response = await chat.call('history', { token });
  expect(response).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  expect(JSON.stringify(response.body)).not.toContain(token || '\u0000');
}

describe('login', () => {
  it('returns a bearer token for one hour', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { sub, jti, iat, exp } = claimsOf(ada.token);
    expect({ sub, jti }).toEqual({ sub: expect.any(String), jti: expect.any(String) });
    expect(exp - iat).toBe(3600);
    chat.clock.advance(3_599_999);
    expect((await ada.call('history')).status).toBe(200);
    chat.clock.advance(1);
    await expectUnauthorized(chat, ada.token);
  });

  it('rejects a wrong password and an unknown name with the same error', async () => {
    const chat = createTestChat();
    await chat.login('ada');
    const responses = await Promise.all(
      [
        { username: 'ada', password: 'wrong' },
        { username: 'bob', password: 's3cret' },
        { username: 'Ada', password: 's3cret' },
        { username: 'ada\u0000', password: 's3cret' },
        { username: '', password: '' },
      ].map((body) => chat.call('login', { body })),
    );
    for (const { status, body, headers } of responses) {
      expect(status).toBe(401);
      expect(headers['WWW-Authenticate']).toBe('Bearer');
      expect(body).toEqual(responses[0]!.body);
    }
  });

  it('verifies a password for an unknown name too', async () => {
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
    const response = await createTestChat().call('login', { body });
    expect(response.status).toBe(400);
    expect(response.body.detail).not.toContain('s3cret');
  });
});

describe('a token', () => {
  it('is accepted with any spelling of the scheme', async () => {
    const chat = createTestChat();
    const { token } = await chat.login();
    for (const authorization of [`bearer ${token}`, `BEARER  ${token}`]) {
      expect((await chat.call('history', { headers: { authorization } })).status).toBe(200);
    }
  });

  it.each(['', 'Bearer', 'Bearer ', 'Basic YWRhOnMzY3JldA==', 'Bearer a b', 'token'])(
    'is missing in the header %j',
    async (authorization) => {
      const response = await createTestChat().call('history', { headers: { authorization } });
      expect(response).toMatchObject({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    },
  );

  it.each(['x', 'a.b.c', '..', 'e30.e30.e30', 'x'.repeat(100_000)])(
    '%.20s is a 401',
    async (token) => {
      await expectUnauthorized(createTestChat(), token);
    },
  );

  it('is valid with the right signature and valid claims', async () => {
    const chat = createTestChat();
    expect((await chat.call('history', { token: await sign(validClaims) })).status).toBe(200);
  });

  it('is valid in one encoding only, although jose accepts a padded signature', async () => {
    const chat = createTestChat();
    const { token } = await chat.login();
    for (const end of ['=', '==', '\n', '.']) await expectUnauthorized(chat, token + end);
  });

  it('with another key or algorithm, or unsigned, is a 401', async () => {
    const chat = createTestChat();
    await expectUnauthorized(
      chat,
      await sign(validClaims, 'HS256', 'another secret of at least 32 bytes'),
    );
    await expectUnauthorized(chat, await sign(validClaims, 'HS512'));
    await expectUnauthorized(chat, new UnsecuredJWT(validClaims).encode());
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
    ['an iat far in the future', { iat: noonSeconds + 301 }],
    ['an exp in the past', { iat: noonSeconds - 20, exp: noonSeconds - 10 }],
  ])('with %s is a 401', async (_name, claims) => {
    await expectUnauthorized(createTestChat(), await sign({ ...validClaims, ...claims }));
  });

  it('of an instance whose clock is five minutes ahead is valid', async () => {
    const token = await sign({ ...validClaims, iat: noonSeconds + 300 });
    expect((await createTestChat().call('history', { token })).status).toBe(200);
  });

  it('is verified once, not for every request', async () => {
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
  it('revokes its token at once and no other', async () => {
    const chat = createTestChat();
    const phone = await chat.login();
    const laptop = await chat.login();
    await phone.call('history');
    expect(await phone.call('logout')).toMatchObject({
      status: 200,
      body: { message: 'Successfully logged out' },
    });
    await expectUnauthorized(chat, phone.token);
    expect((await laptop.call('history')).status).toBe(200);
  });

  it('closes the sockets of the token', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.call('logout');
    const { sub, jti } = claimsOf(ada.token);
    expect(chat.events).toEqual([{ userId: sub, event: { kind: 'revoked', jti } }]);
  });

  it('is still effective after a restart', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.call('logout');
    const restarted = createTestChat({ store: chat.dependencies.store });
    await expectUnauthorized(restarted, ada.token);
  });

  it('is effective on this instance at once, even if events are lost', async () => {
    const deaf = { publish: () => {}, subscribe: () => () => {} };
    const chat = createTestChat({ fanOut: deaf });
    const ada = await chat.login();
    await ada.call('history');
    await ada.call('logout');
    await expectUnauthorized(chat, ada.token);
  });

  it('on another instance is effective at once by an event, or within a second by the store', async () => {
    const here = createTestChat();
    const { store } = here.dependencies;
    const elsewhere = createTestChat({ store });
    const notified = createTestChat({ store, fanOut: here.dependencies.fanOut });
    const ada = await here.login();
    for (const chat of [notified, elsewhere]) {
      expect((await chat.call('history', { token: ada.token })).status).toBe(200);
    }
    await ada.call('logout');
    await expectUnauthorized(notified, ada.token);
    elsewhere.clock.advance(1_000);
    await expectUnauthorized(elsewhere, ada.token);
  });

  it.each([
    ['a message', { message: 'Hello' }],
    ['an invalid message', { message: 7 }],
  ])('on another instance that received no event rejects %s with 401', async (_what, body) => {
    const here = createTestChat();
    const { store } = here.dependencies;
    const elsewhere = createTestChat({ store });
    const ada = await here.login();
    const send = () => elsewhere.call('sendMessage', { token: ada.token, body });
    await elsewhere.call('history', { token: ada.token });
    await ada.call('logout');
    elsewhere.clock.advance(1_000);
    expect(await send()).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
    expect((await store.position(claimsOf(ada.token).sub)).lastSeq).toBe(0);
    expect((await send()).status).toBe(401);
  });

  it('is checked in the transaction that stores a message, without a read of its own', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.send('One');
    chat.dependencies.store.isTokenRevoked = () => Promise.reject(new Error('another read'));
    for (const message of ['Two', 'Three']) {
      chat.clock.advance(1_000);
      expect((await ada.send(message)).status).toBe(200);
    }
  });

  it('is not lost during a check that started before it', async () => {
    const chat = createTestChat();
    const { store } = chat.dependencies;
    const ada = await chat.login();
    const ask = store.isTokenRevoked.bind(store);
    let resolveLate = (): void => {};
    const checkStarted = new Promise<void>((resolve) => {
      store.isTokenRevoked = async (userId, ids) => {
        const revoked = await ask(userId, ids);
        resolve();
        await new Promise<void>((late) => {
          resolveLate = late;
        });
        return revoked;
      };
    });
    const slow = ada.call('history');
    await checkStarted;
    store.isTokenRevoked = ask;
    await ada.call('logout');
    resolveLate();
    await slow;
    await expectUnauthorized(chat, ada.token);
  });
});

describe('a changed password', () => {
  it('revokes every token of the old password, and no other', async () => {
    const chat = createTestChat();
    const { dependencies } = chat;
    const tokens = [await chat.login(), await chat.login()];
    const bob = await chat.login('bob');
    expect(await changePassword(dependencies, { username: 'ada', password: 'new' })).toBe(true);
    chat.clock.advance(1_000);
    for (const { token } of tokens) await expectUnauthorized(chat, token);
    expect((await bob.call('history')).status).toBe(200);
    // In the same second, with the same password again.
    const fresh = await chat.login('ada', 'new');
    expect((await fresh.call('history')).status).toBe(200);
    expect(await changePassword(dependencies, { username: 'ada', password: 'new' })).toBe(true);
    chat.clock.advance(1_000);
    await expectUnauthorized(chat, fresh.token);
  });

  it('is rejected when it is empty or the user is unknown', async () => {
    const { dependencies } = createTestChat();
    await expect(changePassword(dependencies, { username: 'ada', password: '' })).rejects.toThrow(
      'A password must not be empty.',
    );
    expect(await changePassword(dependencies, { username: 'eve', password: 'new' })).toBe(false);
  });
});

describe('addUser', () => {
  it('returns false when a name is taken', async () => {
    const { api } = createTestChat();
    expect(await api.addUser({ username: 'ada', password: 'a' })).toBe(true);
    expect(await api.addUser({ username: 'ada', password: 'b' })).toBe(false);
  });

  it.each([
    { username: '', password: 'a' },
    { username: 'a\u0000', password: 'a' },
    { username: 'x'.repeat(256), password: 'a' },
    { username: 'ada', password: '' },
  ])('rejects %j', async (user) => {
    await expect(createTestChat().api.addUser(user)).rejects.toMatchObject({ status: 400 });
  });
});
