import type { Check } from '../check.js';
import { decodeTokenPart } from '../token.js';
import {
  base64Url,
  expectMessageShape,
  expiringToken,
  findMessage,
  unique,
} from './expectations.js';

export const loginChecks: readonly Check[] = [
  {
    id: 'LOGIN-1',
    rule: 'Valid credentials return { access_token, token_type: "bearer" }.',
    async run(probe) {
      const response = await probe.call('login', { body: probe.harness.user });
      probe.expectStatus(response, 200);
      const token = response.json?.access_token;
      probe.expect(typeof token === 'string' && token !== '', '"access_token" must be a string');
      probe.expectEqual(response.json?.token_type, 'bearer', '"token_type"');
      probe.expectStatus(await probe.call('chatStats', { token: token as string }), 200);
    },
  },
  {
    id: 'LOGIN-2',
    rule: 'A wrong password and an unknown name get the same 401.',
    async run(probe) {
      const { username } = probe.harness.user;
      const wrong = await probe.call('login', { body: { username, password: unique('wrong') } });
      probe.expectError(wrong, 401);
      const unknown = await probe.call('login', {
        body: { username: unique('nobody'), password: 'wrong' },
      });
      probe.expectError(unknown, 401);
      probe.expectEqual(unknown.json?.detail, wrong.json?.detail, 'the "detail" of both errors');
    },
  },
  {
    id: 'LOGIN-3',
    rule: 'username and password must be strings: nothing is coerced, unknown fields are ignored.',
    async run(probe) {
      const { username, password } = probe.harness.user;
      for (const body of [
        { username: 1, password },
        { username, password: [password] },
        { username },
      ]) {
        probe.expectError(await probe.call('login', { body }), 400);
      }
      const extra = { username, password, remember: true };
      probe.expectStatus(await probe.call('login', { body: extra }), 200);
    },
  },
  {
    id: 'TOKEN-1',
    rule: 'A token is a JWT signed with HS256 with the claims sub, jti, iat and exp.',
    async run(probe) {
      const token = await probe.token();
      probe.expect(token.split('.').length === 3, 'the token must be a JWT of three parts');
      probe.expectEqual(decodeTokenPart(token, 0).alg, 'HS256', 'the algorithm');
      const { sub, jti, iat, exp } = decodeTokenPart(token, 1);
      probe.expect(typeof sub === 'string' && sub !== '', 'the token must contain "sub"');
      probe.expect(typeof jti === 'string' && jti !== '', 'the token must contain "jti"');
      probe.expect(
        Number.isInteger(iat) && Number.isInteger(exp) && (exp as number) > (iat as number),
        'the token must contain "iat" and a later "exp", in whole seconds',
      );
    },
  },
  {
    id: 'TOKEN-2',
    rule: 'A request without a token is a 401.',
    async run(probe) {
      for (const route of ['logout', 'sendMessage'] as const) {
        probe.expectError(await probe.call(route, { body: { message: 'hello' } }), 401);
      }
      for (const route of ['history', 'chatStats', 'messageStats'] as const) {
        probe.expectError(await probe.call(route), 401);
      }
    },
  },
  {
    id: 'TOKEN-3',
    rule: 'A malformed token, an unsigned one, or one with an invalid signature is a 401.',
    async run(probe) {
      const [head = '', payload = '', signature = ''] = (await probe.token()).split('.');
      const none = base64Url({ alg: 'none', typ: 'JWT' });
      // Some libraries compare the name of the algorithm without regard to case, others do not.
      const capitalNone = base64Url({ alg: 'None', typ: 'JWT' });
      const claims = decodeTokenPart(`${head}.${payload}`, 1);
      const changed = base64Url({ ...claims, exp: Number(claims.exp) + 1 });
      const forged = await foreignSignature(`${head}.${payload}`);
      const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      const invalid = {
        'no token at all': 'nonsense',
        'an unsigned token': `${none}.${payload}.`,
        'an unsigned token with the old signature': `${none}.${payload}.${signature}`,
        'an unsigned token with alg "None"': `${capitalNone}.${payload}.`,
        'changed claims with the old signature': `${head}.${changed}.${signature}`,
        'a changed signature': `${head}.${payload}.${flipped}`,
        'another key': `${head}.${payload}.${forged}`,
        'another algorithm': `${base64Url({ alg: 'RS256', typ: 'JWT' })}.${payload}.${signature}`,
      };
      for (const [what, token] of Object.entries(invalid)) {
        const response = await probe.call('chatStats', { token });
        probe.expect(response.status === 401, `${what} must be a 401, got ${response.status}`);
      }
    },
  },
  {
    id: 'TOKEN-4',
    rule: 'An expired token is a 401.',
    needs: ['token-expiry'],
    async run(probe) {
      const { token, expire } = await expiringToken(probe);
      probe.expectStatus(await probe.call('chatStats', { token }), 200);
      await expire();
      probe.expectError(await probe.call('chatStats', { token }), 401);
    },
  },
  {
    id: 'TOKEN-5',
    rule: 'The detail of an error never contains the token.',
    async run(probe) {
      const token = unique('not-a-token').replaceAll(/[^\w-]/g, '');
      const response = await probe.call('chatStats', { token });
      probe.expectStatus(response, 401);
      probe.expect(!response.text.includes(token), 'the error must not contain the token');
    },
  },
  {
    id: 'LOGOUT-1',
    rule: 'Logout returns "Successfully logged out"; after it the token is a 401.',
    async run(probe) {
      const token = await probe.login();
      const response = await probe.call('logout', { token });
      probe.expectStatus(response, 200);
      probe.expectEqual(response.json?.message, 'Successfully logged out', '"message"');
      probe.expectError(await probe.call('chatStats', { token }), 401);
    },
  },
  {
    id: 'LOGOUT-2',
    rule: 'Logout revokes only its own token.',
    async run(probe) {
      const otherToken = await probe.login();
      await probe.call('logout', { token: await probe.login() });
      probe.expectStatus(await probe.call('chatStats', { token: otherToken }), 200);
    },
  },
  {
    id: 'LOGOUT-3',
    rule: 'Logout ends the current session: the next message starts a new one.',
    async run(probe) {
      const before = unique('Before the logout');
      const token = await probe.login();
      await probe.send(before, { token });
      await probe.call('logout', { token });
      const after = unique('After the logout');
      const response = await probe.send(after, { token: await probe.login() });
      const messages = response.json?.messages as { content: string }[];
      probe.expect(
        !messages.some(({ content }) => content === before),
        'the new session must not contain the message of the old one',
      );
    },
  },
  {
    id: 'SESSION-1',
    rule: 'A login continues the current session.',
    async run(probe) {
      const before = unique('Before the second login');
      await probe.send(before, { token: await probe.login() });
      const response = await probe.send(unique('After it'), { token: await probe.login() });
      const messages = response.json?.messages as {
        role: string;
        content: string;
        timestamp: string;
      }[];
      for (const message of messages) expectMessageShape(probe, message);
      findMessage(probe, messages, before);
    },
  },
  {
    id: 'SESSION-2',
    rule: 'After 30 minutes without a message the next one starts a new session.',
    needs: ['clock'],
    async run(probe) {
      const before = unique('Before the silence');
      await probe.send(before);
      await probe.wait(31 * 60_000);
      const response = await probe.send(unique('After the silence'), {
        token: await probe.login(),
      });
      const messages = response.json?.messages as { content: string }[];
      probe.expect(
        !messages.some(({ content }) => content === before),
        'a message after 31 minutes without one must start a new session',
      );
    },
  },
  {
    id: 'SESSION-3',
    rule: 'A message beyond the size limit of the session starts a new one.',
    needs: ['short-sessions', 'fresh-user'],
    async run(probe) {
      const user = await probe.harness.freshUser?.();
      const token = await probe.login(user);
      const contents = ['The first', 'The second', 'The third'].map(unique);
      const sessions: string[][] = [];
      for (const content of contents) {
        const response = await probe.send(content, { token });
        const messages = response.json?.messages as { role: string; content: string }[];
        const questions = messages.filter(({ role }) => role === 'user');
        sessions.push(questions.map((message) => message.content));
      }
      const [first, second, third] = contents;
      probe.expectEqual(sessions[1], [first, second], 'the questions of the session at its limit');
      probe.expectEqual(sessions[2], [third], 'the questions of the session after it');
    },
  },
];

/** An HS256 signature with a key that no backend has. */
async function foreignSignature(signed: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode('a key that is not the one of this backend'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed));
  return base64Url(new Uint8Array(signature));
}
