import type { FetchLike, RateLimitError } from '@chat/client';
import { expect } from 'vitest';
import { rejectionOf } from '../promises.js';
import type { Scenario } from '../scenario.js';
import type { TestEnvironment } from '../test-environment.js';

const two = { limits: { messagesPerMinute: 2 } };

/** Rate-limited requests. */
export function rateLimits(scenario: Scenario): void {
  scenario(
    'a rate-limited message waits for its Retry-After',
    async (env) => {
      const waits: number[] = [];
      const client = env.client({
        hooks: { onRetry: ({ delayMs }) => void waits.push(delayMs) },
      });
      await exhaustLimit(env);
      // Leave a few seconds of the rate-limit window, enough for a busy machine.
      env.backend.advanceClock(57_000);
      const reply = await client.chat.send('Three');
      expect(reply.response).toBe('re: Three');
      expect(waits[0]).toBeGreaterThanOrEqual(1000);
      expect(await env.storedMessages()).toHaveLength(6);
    },
    two,
  );

  scenario(
    'all calls wait together and are sent in order',
    async (env) => {
      const client = env.client();
      await exhaustLimit(env);
      env.backend.advanceClock(57_000);
      await client.login();
      const before = env.requestCount('sendMessage');
      const third = client.chat.send('Three');
      const fourth = client.chat.send('Four');
      await Promise.all([third, fourth]);
      expect((await env.storedMessages()).slice(4)).toEqual([
        'user: Three',
        'assistant: re: Three',
        'user: Four',
        'assistant: re: Four',
      ]);
      // Each was rejected at most once.
      expect(env.requestCount('sendMessage') - before).toBeLessThanOrEqual(4);
    },
    two,
  );

  scenario(
    'fails at once with retryAfterMs if the wait exceeds maxWaitMs',
    async (env) => {
      const client = env.client({ retry: { maxWaitMs: 5000 } });
      await exhaustLimit(env);
      const error = await rejectionOf<RateLimitError>(client.chat.send('Three'));
      expect(error).toMatchObject({ code: 'rate_limited', status: 429, attempts: 1 });
      expect(error.retryAfterMs).toBeGreaterThan(50_000);
      expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    },
    two,
  );

  scenario(
    'retries with backoff if there is no Retry-After',
    async (env) => {
      let retries = 0;
      const client = env.client({
        fetch: withoutRetryAfter,
        hooks: {
          onRetry: () => {
            retries += 1;
            if (retries === 2) env.backend.advanceClock(60_000);
          },
        },
      });
      await exhaustLimit(env);
      expect((await client.chat.send('Three')).response).toBe('re: Three');
      expect(retries).toBe(2);
      const error = await rejectionOf<RateLimitError>(
        client.chat.send('Four').then(() => client.chat.send('Five')),
      );
      expect(error).toMatchObject({ code: 'rate_limited', attempts: 4, retryAfterMs: 0 });
    },
    two,
  );

  scenario(
    'a rate-limited login fails with retryAfterMs',
    async (env) => {
      await env.client().login();
      const error = await rejectionOf<RateLimitError>(
        env.client({ retry: { maxWaitMs: 0 } }).stats.messages(),
      );
      expect(error).toMatchObject({ code: 'rate_limited', status: 429 });
      expect(error.retryAfterMs).toBeGreaterThan(0);
    },
    { limits: { loginsPerMinute: 1 } },
  );

  scenario(
    'can read while sending is rate limited',
    async (env) => {
      const client = env.client({ retry: { maxWaitMs: 0 } });
      await exhaustLimit(env);
      expect((await client.chat.history()).pagination.total).toBe(4);
    },
    two,
  );
}

/** Ada's other device sends all messages that the limit allows in this minute. */
async function exhaustLimit(env: TestEnvironment): Promise<void> {
  const device = env.otherDevice();
  await device.chat.send('One');
  await device.chat.send('Two');
}

/** A network that removes the header. */
const withoutRetryAfter: FetchLike = async (url, init) => {
  const response = await fetch(url, init);
  const headers = new Headers(response.headers);
  headers.delete('retry-after');
  return new Response(await response.text(), { status: response.status, headers });
};
