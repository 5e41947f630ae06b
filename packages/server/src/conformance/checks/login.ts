import type { Check } from '../check.js';
import { base64Url, decodePart, expectMessageShape, find, unique } from './expectations.js';

export const loginChecks: readonly Check[] = [
  {
    id: 'LOGIN-1',
    layer: 'core',
    says: 'The right name and password give { access_token, token_type: "bearer" }.',
    async run(probe) {
      const answer = await probe.call('login', { body: probe.harness.user });
      probe.expectStatus(answer, 200);
      const token = answer.json?.access_token;
      probe.expect(typeof token === 'string' && token !== '', '"access_token" must be a string');
      probe.expectEqual(answer.json?.token_type, 'bearer', '"token_type"');
      probe.expectStatus(await probe.call('chatStats', { token: token as string }), 200);
    },
  },
  {
    id: 'LOGIN-2',
    layer: 'core',
    says: 'A wrong password and an unknown name are refused with 401 in the same words.',
    async run(probe) {
      const { username } = probe.harness.user;
      const wrong = await probe.call('login', { body: { username, password: unique('wrong') } });
      probe.expectRefusal(wrong, 401);
      const unknown = await probe.call('login', {
        body: { username: unique('nobody'), password: 'wrong' },
      });
      probe.expectRefusal(unknown, 401);
      probe.expectEqual(unknown.json?.detail, wrong.json?.detail, 'the words of both refusals');
    },
  },
  {
    id: 'LOGIN-3',
    layer: 'core',
    says: 'username and password must be strings: nothing is coerced, unknown fields are ignored.',
    async run(probe) {
      const { username, password } = probe.harness.user;
      for (const body of [
        { username: 1, password },
        { username, password: [password] },
        { username },
      ]) {
        probe.expectRefusal(await probe.call('login', { body }), 400);
      }
      const extra = { username, password, remember: true };
      probe.expectStatus(await probe.call('login', { body: extra }), 200);
    },
  },
  {
    id: 'TOKEN-1',
    layer: 'core',
    says: 'A token is a JWT signed with HS256 that says sub, jti, iat and exp.',
    async run(probe) {
      const token = await probe.token();
      probe.expect(token.split('.').length === 3, 'the token must be a JWT of three parts');
      probe.expectEqual(decodePart(token, 0).alg, 'HS256', 'the algorithm');
      const { sub, jti, iat, exp } = decodePart(token, 1);
      probe.expect(typeof sub === 'string' && sub !== '', 'the token must say "sub"');
      probe.expect(typeof jti === 'string' && jti !== '', 'the token must say "jti"');
      probe.expect(
        Number.isInteger(iat) && Number.isInteger(exp) && (exp as number) > (iat as number),
        'the token must say "iat" and a later "exp", in whole seconds',
      );
    },
  },
  {
    id: 'TOKEN-2',
    layer: 'core',
    says: 'A call without a token is a 401.',
    async run(probe) {
      for (const route of ['logout', 'sendMessage'] as const) {
        probe.expectRefusal(await probe.call(route, { body: { message: 'hello' } }), 401);
      }
      for (const route of ['history', 'chatStats', 'messageStats'] as const) {
        probe.expectRefusal(await probe.call(route), 401);
      }
    },
  },
  {
    id: 'TOKEN-3',
    layer: 'core',
    says: 'A malformed, unsigned or otherwise signed token is a 401.',
    async run(probe) {
      const [head = '', payload = '', signature = ''] = (await probe.token()).split('.');
      const none = base64Url({ alg: 'none', typ: 'JWT' });
      const forged = await foreignSignature(`${head}.${payload}`);
      const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      const bad = {
        'no token at all': 'nonsense',
        'an unsigned token': `${none}.${payload}.`,
        'an unsigned token with the old signature': `${none}.${payload}.${signature}`,
        'a changed signature': `${head}.${payload}.${flipped}`,
        'another key': `${head}.${payload}.${forged}`,
        'another algorithm': `${base64Url({ alg: 'RS256', typ: 'JWT' })}.${payload}.${signature}`,
      };
      for (const [what, token] of Object.entries(bad)) {
        const answer = await probe.call('chatStats', { token });
        probe.expect(answer.status === 401, `${what} must be a 401, got ${answer.status}`);
      }
    },
  },
  {
    id: 'TOKEN-4',
    layer: 'core',
    says: 'An expired token is a 401.',
    needs: ['clock'],
    async run(probe) {
      const token = await probe.login();
      const { iat, exp } = decodePart(token, 1) as { iat: number; exp: number };
      await probe.wait((exp - iat + 1) * 1000);
      probe.expectRefusal(await probe.call('chatStats', { token }), 401);
    },
  },
  {
    id: 'TOKEN-5',
    layer: 'core',
    says: "A token never appears in an error's sentence.",
    async run(probe) {
      const token = unique('not-a-token').replaceAll(/[^\w-]/g, '');
      const answer = await probe.call('chatStats', { token });
      probe.expectStatus(answer, 401);
      probe.expect(!answer.text.includes(token), 'the refusal must not repeat the token');
    },
  },
  {
    id: 'LOGOUT-1',
    layer: 'core',
    says: 'Logout says "Successfully logged out", and its token is a 401 from then on.',
    async run(probe) {
      const token = await probe.login();
      const answer = await probe.call('logout', { token });
      probe.expectStatus(answer, 200);
      probe.expectEqual(answer.json?.message, 'Successfully logged out', '"message"');
      probe.expectRefusal(await probe.call('chatStats', { token }), 401);
    },
  },
  {
    id: 'LOGOUT-2',
    layer: 'core',
    says: 'Logout takes only its own token.',
    async run(probe) {
      const kept = await probe.login();
      await probe.call('logout', { token: await probe.login() });
      probe.expectStatus(await probe.call('chatStats', { token: kept }), 200);
    },
  },
  {
    id: 'LOGOUT-3',
    layer: 'core',
    says: 'Logout ends the current session: the next message begins a new one.',
    async run(probe) {
      const before = unique('Before the logout');
      const token = await probe.login();
      await probe.send(before, { token });
      await probe.call('logout', { token });
      const after = unique('After the logout');
      const answer = await probe.send(after, { token: await probe.login() });
      const messages = answer.json?.messages as { content: string }[];
      probe.expect(
        !messages.some(({ content }) => content === before),
        'the new session must not hold the message of the old one',
      );
    },
  },
  {
    id: 'SESSION-1',
    layer: 'core',
    says: 'A login continues the current session.',
    async run(probe) {
      const before = unique('Before the second login');
      await probe.send(before, { token: await probe.login() });
      const answer = await probe.send(unique('After it'), { token: await probe.login() });
      const messages = answer.json?.messages as {
        role: string;
        content: string;
        timestamp: string;
      }[];
      for (const message of messages) expectMessageShape(probe, message);
      find(probe, messages, before);
    },
  },
  {
    id: 'SESSION-2',
    layer: 'core',
    says: 'After a longer silence the next message begins a new session.',
    needs: ['clock'],
    async run(probe) {
      const before = unique('Before the silence');
      await probe.send(before);
      await probe.wait(31 * 60_000);
      const answer = await probe.send(unique('After the silence'), { token: await probe.login() });
      const messages = answer.json?.messages as { content: string }[];
      probe.expect(
        !messages.some(({ content }) => content === before),
        'a message after 31 minutes of silence must begin a new session',
      );
    },
  },
];

/** HS256 with a key that no backend has. */
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
