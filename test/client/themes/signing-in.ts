import type { AuthenticationError, ChatError, StoredToken, TokenStore } from '@chat/client';
import { expect } from 'vitest';
import { failure, moment, outcome } from '../outcome.js';
import type { Scenario } from '../scenario.js';
import { ada } from '../stage.js';

/** Logging in, by oneself and when told, and logging out. */
export function signingIn(scenario: Scenario): void {
  scenario('the first call logs in by itself, the next one need not', async (stage) => {
    const client = stage.client();
    await client.stats.messages();
    await client.chat.history();
    expect(stage.asked).toEqual(['login', 'messageStats', 'history']);
  });

  scenario('login() logs in at once, and the calls after it do not', async (stage) => {
    const client = stage.client();
    await client.login();
    expect(stage.asked).toEqual(['login']);
    await Promise.all([client.login(), client.stats.messages()]);
    expect(stage.asked).toEqual(['login', 'messageStats']);
  });

  scenario('a wrong password is told at once, and is not tried again', async (stage) => {
    const password = 'not hers';
    const client = stage.client({ credentials: { ...ada, password } });
    const error = await failure<AuthenticationError>(client.login());
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401, attempts: 1 });
    expect(error.detail).toMatch(/\w/);
    expect(JSON.stringify(error) + error.message).not.toContain(password);
    expect(stage.timesAsked('login')).toBe(1);
  });

  scenario('an error carries the id under which the backend finds the request', async (stage) => {
    const client = stage.client({ credentials: { username: 'nobody', password: 'x' } });
    const error = await failure<AuthenticationError>(client.stats.chat());
    expect(error.requestId).toMatch(/^[\w.:-]{8,}$/);
  });

  scenario('getToken is asked for a token, and why', async (stage) => {
    const store = memory();
    await stage.client({ credentials: ada, tokenStore: store }).login();
    const reasons: string[] = [];
    const client = stage.client({
      getToken: ({ reason }) => {
        reasons.push(reason);
        return store.token?.accessToken ?? '';
      },
    });
    await client.stats.messages();
    await client.stats.chat();
    expect(reasons).toEqual(['initial']);
    stage.backend.expireTokens();
    expect(await outcome(client.stats.chat())).toBe('authentication_failed');
    expect(reasons).toEqual(['initial', 'rejected']);
  });

  scenario('a token alone is used until the backend refuses it', async (stage) => {
    const store = memory();
    await stage.client({ credentials: ada, tokenStore: store }).login();
    const client = stage.client({ token: store.token?.accessToken });
    await client.stats.messages();
    stage.backend.expireTokens();
    expect(await outcome(client.stats.messages())).toBe('authentication_failed');
    expect(stage.timesAsked('login')).toBe(1);
  });

  scenario(
    'after logout() the token is worth nothing, and the next call logs in',
    async (stage) => {
      const store = memory();
      const client = stage.client({ credentials: ada, tokenStore: store });
      await client.chat.send('Hello');
      const token = store.token?.accessToken;
      await client.logout();
      expect(store.token).toBeUndefined();
      expect(await outcome(stage.client({ token }).stats.messages())).toBe('authentication_failed');
      expect((await client.stats.messages()).totalMessages).toBe(2);
      expect(stage.timesAsked('login')).toBe(2);
    },
  );

  scenario('logout() ends the session: the next message begins another', async (stage) => {
    const client = stage.client();
    await client.chat.send('One');
    expect((await client.chat.send('Two')).messages).toHaveLength(4);
    await client.logout();
    expect((await client.chat.send('Three')).messages).toHaveLength(2);
    expect((await client.stats.chat()).totalChats).toBe(2);
  });

  scenario('logging out without a token asks nobody', async (stage) => {
    await stage.client().logout();
    expect(stage.asked).toEqual([]);
  });

  scenario('what comes back of a refresh after logout() is thrown away', async (stage) => {
    const store = memory();
    const refreshing = moment();
    const goOn = moment();
    let times = 0;
    const client = stage.client({
      tokenStore: store,
      credentials: async () => {
        times += 1;
        if (times === 2) {
          refreshing.come();
          await goOn.came;
        }
        return ada;
      },
    });
    await client.login();
    stage.backend.expireTokens();
    const call = failure<ChatError>(client.stats.messages());
    await refreshing.came;
    await client.logout();
    expect(await call).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    goOn.come();
    expect(store.token).toBeUndefined();
    await client.stats.messages();
    // One at first, none for the call that was logged out, one for the call after it.
    expect(stage.timesAsked('login')).toBe(2);
  });
}

function memory(): TokenStore & { token: StoredToken | undefined } {
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
