import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { jwt } from '../testing/jwt.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

describe('a lifetime', () => {
  const hour = 3_600;
  const minute = 60_000;

  it.each([
    ['right', 0],
    ['ten minutes fast', 10 * minute],
    ['ten minutes slow', -10 * minute],
  ])('is kept by a clock that is %s', async (_, skew) => {
    const start = Date.UTC(2026, 0, 1);
    let time = start + skew;
    // Lifetimes of five minutes: shorter than the clocks are apart.
    const iat = start / 1000;
    const token = (nth: number) => jwt({ sub: 'ada', iat: iat + nth, exp: iat + nth + 300 });
    const backend = new TinyBackend({ token });
    await using server = await ScriptedServer.start(backend.script);
    const reasons: string[] = [];
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      now: () => time,
      hooks: { onTokenRefreshed: ({ reason }) => void reasons.push(reason) },
    });

    await client.stats.messages();
    time += 4 * minute;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
    time += 0.9 * minute;
    await client.stats.messages();
    expect(reasons).toEqual(['initial', 'expiring']);
    expect(server.to('/stats/messages')).toHaveLength(3);
  });

  it.each([
    ['opaque', 'abcdef'],
    ['without exp', jwt({ iat: 1 })],
    ['without iat', jwt({ exp: 1 })],
    ['with an exp before its iat', jwt({ iat: 2, exp: 1 })],
    ['with an exp of 1e300', jwt({ iat: 1, exp: 1e300 })],
    ['with texts for times', jwt({ iat: '1', exp: '2' })],
    ['with null for claims', 'eyJhbGciOiJIUzI1NiJ9.bnVsbA.x'],
    ['of three dots', '...'],
  ])('is not guessed of a token %s, which is used until it is refused', async (_, text) => {
    const backend = new TinyBackend({ token: () => text });
    await using server = await ScriptedServer.start(backend.script);
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, credentials, now: () => time });

    await client.stats.messages();
    time += 100 * hour * 1_000;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
  });

  it('near its end is stretched when the login cannot be reached', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend({ token: () => jwt({ iat: 0, exp: 300 }) });
    let reachable = true;
    await using server = await ScriptedServer.start((request) =>
      reachable || request.path !== '/login' ? backend.script(request) : 'cut',
    );
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, now: () => time });

    await client.stats.messages();
    reachable = false;
    time = 280_000;
    expect((await client.stats.messages()).totalMessages).toBe(2);
  });
});
