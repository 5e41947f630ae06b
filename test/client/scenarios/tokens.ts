import type { AuthenticationError } from '@chat/client';
import { expect } from 'vitest';
import { rejectionOf, settledCode } from '../promises.js';
import type { Scenario } from '../scenario.js';

/** Tokens that expire during use. */
export function tokens(scenario: Scenario): void {
  scenario('refreshes an expired token without an error', async (env) => {
    const client = env.client();
    await client.chat.send('Before');
    env.backend.expireTokens();
    expect(await client.chat.send('After')).toMatchObject({ response: 're: After' });
    expect(await env.storedMessages()).toEqual([
      'user: Before',
      'assistant: re: Before',
      'user: After',
      'assistant: re: After',
    ]);
    expect(env.requestCount('login')).toBe(2);
  });

  scenario('a hundred calls with an expired token cause one login', async (env) => {
    const client = env.client();
    await client.login();
    env.backend.expireTokens();
    const results = await Promise.all(Array.from({ length: 100 }, () => client.stats.messages()));
    expect(results).toHaveLength(100);
    expect(env.requestCount('login')).toBe(2);
  });

  scenario('a hundred first calls cause one login', async (env) => {
    const client = env.client();
    await Promise.all(Array.from({ length: 100 }, () => client.stats.chat()));
    expect(env.requestCount('login')).toBe(1);
  });

  scenario('fails if the refreshed token is rejected too', async (env) => {
    const reasons: string[] = [];
    const client = env.client({
      hooks: {
        onTokenRefreshed: ({ reason }) => {
          reasons.push(reason);
          env.backend.expireTokens();
        },
      },
    });
    const error = await rejectionOf<AuthenticationError>(client.stats.messages());
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(reasons).toEqual(['initial', 'rejected']);
    expect(env.requestedRoutes).toEqual(['login', 'messageStats', 'login', 'messageStats']);
  });

  scenario('calls fail after one login attempt if the password was changed', async (env) => {
    let password = 's3cret';
    const client = env.client({ credentials: () => ({ username: 'ada', password }) });
    await client.login();
    env.backend.expireTokens();
    password = 'changed';
    const calls = Array.from({ length: 20 }, () => settledCode(client.stats.messages()));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['authentication_failed']));
    expect(env.requestCount('login')).toBe(2);
  });

  scenario('aborting one call does not abort the refresh of others', async (env) => {
    const giveUp = new AbortController();
    let times = 0;
    const client = env.client({
      credentials: () => {
        times += 1;
        if (times === 2) giveUp.abort();
        return { username: 'ada', password: 's3cret' };
      },
    });
    await client.login();
    env.backend.expireTokens();
    const aborted = settledCode(client.stats.messages({ signal: giveUp.signal }));
    const unaffected = settledCode(client.stats.messages());
    expect(await Promise.all([aborted, unaffected])).toEqual(['aborted', 'done']);
    expect(env.requestCount('login')).toBe(2);
  });
}
