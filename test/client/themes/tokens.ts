import type { AuthenticationError } from '@chat/client';
import { expect } from 'vitest';
import { failure, outcome } from '../outcome.js';
import type { Scenario } from '../scenario.js';

/** Tokens that run out, in the middle of things. */
export function tokens(scenario: Scenario): void {
  scenario('an expired token is renewed without a word to the caller', async (stage) => {
    const client = stage.client();
    await client.chat.send('Before');
    stage.backend.expireTokens();
    expect(await client.chat.send('After')).toMatchObject({ response: 're: After' });
    expect(await stage.stored()).toEqual([
      'user: Before',
      'assistant: re: Before',
      'user: After',
      'assistant: re: After',
    ]);
    expect(stage.timesAsked('login')).toBe(2);
  });

  scenario('a hundred calls with an expired token: one login, a hundred answers', async (stage) => {
    const client = stage.client();
    await client.login();
    stage.backend.expireTokens();
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.stats.messages()));
    expect(answers).toHaveLength(100);
    expect(stage.timesAsked('login')).toBe(2);
  });

  scenario('a hundred first calls make one login', async (stage) => {
    const client = stage.client();
    await Promise.all(Array.from({ length: 100 }, () => client.stats.chat()));
    expect(stage.timesAsked('login')).toBe(1);
  });

  scenario('a token that is refused after its renewal as well ends in an error', async (stage) => {
    const reasons: string[] = [];
    const client = stage.client({
      hooks: {
        onTokenRefreshed: ({ reason }) => {
          reasons.push(reason);
          stage.backend.expireTokens();
        },
      },
    });
    const error = await failure<AuthenticationError>(client.stats.messages());
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(reasons).toEqual(['initial', 'rejected']);
    expect(stage.asked).toEqual(['login', 'messageStats', 'login', 'messageStats']);
  });

  scenario(
    'a password that was changed meanwhile ends in an error, not in a storm',
    async (stage) => {
      let password = 's3cret';
      const client = stage.client({ credentials: () => ({ username: 'ada', password }) });
      await client.login();
      stage.backend.expireTokens();
      password = 'forgotten';
      const calls = Array.from({ length: 20 }, () => outcome(client.stats.messages()));
      expect(new Set(await Promise.all(calls))).toEqual(new Set(['authentication_failed']));
      expect(stage.timesAsked('login')).toBe(2);
    },
  );

  scenario('one caller who gives up leaves the renewal to the others', async (stage) => {
    const giveUp = new AbortController();
    let times = 0;
    const client = stage.client({
      credentials: () => {
        times += 1;
        if (times === 2) giveUp.abort();
        return { username: 'ada', password: 's3cret' };
      },
    });
    await client.login();
    stage.backend.expireTokens();
    const impatient = outcome(client.stats.messages({ signal: giveUp.signal }));
    const patient = outcome(client.stats.messages());
    expect(await Promise.all([impatient, patient])).toEqual(['aborted', 'done']);
    expect(stage.timesAsked('login')).toBe(2);
  });
}
