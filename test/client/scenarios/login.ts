import type { AuthenticationError, ChatError, StoredToken, TokenStore } from '@chat/client';
import { expect } from 'vitest';
import { deferred, rejectionOf, settledCode } from '../promises.js';
import type { Scenario } from '../scenario.js';
import { ada } from '../test-environment.js';

/** Automatic and explicit login, and logout. */
export function login(scenario: Scenario): void {
  scenario('the first call logs in, later calls do not', async (env) => {
    const client = env.client();
    await client.stats.messages();
    await client.chat.history();
    expect(env.requestedRoutes).toEqual(['login', 'messageStats', 'history']);
  });

  scenario('login() logs in, later calls do not', async (env) => {
    const client = env.client();
    await client.login();
    expect(env.requestedRoutes).toEqual(['login']);
    await Promise.all([client.login(), client.stats.messages()]);
    expect(env.requestedRoutes).toEqual(['login', 'messageStats']);
  });

  scenario('fails on a wrong password without a retry', async (env) => {
    const password = 'not hers';
    const client = env.client({ credentials: { ...ada, password } });
    const error = await rejectionOf<AuthenticationError>(client.login());
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401, attempts: 1 });
    expect(error.detail).toMatch(/\w/);
    expect(JSON.stringify(error) + error.message).not.toContain(password);
    expect(env.requestCount('login')).toBe(1);
  });

  scenario('an error contains the request id of the backend', async (env) => {
    const client = env.client({ credentials: { username: 'nobody', password: 'x' } });
    const error = await rejectionOf<AuthenticationError>(client.stats.chat());
    expect(error.requestId).toMatch(/^[\w.:-]{8,}$/);
  });

  scenario('calls getToken with a reason', async (env) => {
    const store = memoryTokenStore();
    await env.client({ credentials: ada, tokenStore: store }).login();
    const reasons: string[] = [];
    const client = env.client({
      getToken: ({ reason }) => {
        reasons.push(reason);
        return store.token?.accessToken ?? '';
      },
    });
    await client.stats.messages();
    await client.stats.chat();
    expect(reasons).toEqual(['initial']);
    env.backend.expireTokens();
    expect(await settledCode(client.stats.chat())).toBe('authentication_failed');
    expect(reasons).toEqual(['initial', 'rejected']);
  });

  scenario('uses a token without credentials until the backend rejects it', async (env) => {
    const store = memoryTokenStore();
    await env.client({ credentials: ada, tokenStore: store }).login();
    const client = env.client({ token: store.token?.accessToken });
    await client.stats.messages();
    env.backend.expireTokens();
    expect(await settledCode(client.stats.messages())).toBe('authentication_failed');
    expect(env.requestCount('login')).toBe(1);
  });

  scenario('logout() revokes the token, and the next call logs in', async (env) => {
    const store = memoryTokenStore();
    const client = env.client({ credentials: ada, tokenStore: store });
    await client.chat.send('Hello');
    const token = store.token?.accessToken;
    await client.logout();
    expect(store.token).toBeUndefined();
    expect(await settledCode(env.client({ token }).stats.messages())).toBe('authentication_failed');
    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(env.requestCount('login')).toBe(2);
  });

  scenario('logout() ends the session: the next message starts another one', async (env) => {
    const client = env.client();
    await client.chat.send('One');
    expect((await client.chat.send('Two')).messages).toHaveLength(4);
    await client.logout();
    expect((await client.chat.send('Three')).messages).toHaveLength(2);
    expect((await client.stats.chat()).totalChats).toBe(2);
  });

  scenario('logout() without a token sends no request', async (env) => {
    await env.client().logout();
    expect(env.requestedRoutes).toEqual([]);
  });

  scenario('discards the result of a refresh after logout()', async (env) => {
    const store = memoryTokenStore();
    const refreshing = deferred();
    const proceed = deferred();
    let times = 0;
    const client = env.client({
      tokenStore: store,
      credentials: async () => {
        times += 1;
        if (times === 2) {
          refreshing.resolve();
          await proceed.promise;
        }
        return ada;
      },
    });
    await client.login();
    env.backend.expireTokens();
    const call = rejectionOf<ChatError>(client.stats.messages());
    await refreshing.promise;
    await client.logout();
    expect(await call).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    proceed.resolve();
    expect(store.token).toBeUndefined();
    await client.stats.messages();
    // One at the start, none for the call during the logout, one for the call after it.
    expect(env.requestCount('login')).toBe(2);
  });
}

function memoryTokenStore(): TokenStore & { token: StoredToken | undefined } {
  return {
    token: undefined,
    get() {
      return this.token;
    },
    set(token) {
      this.token = token;
    },
    clear() {
      this.token = undefined;
    },
  };
}
