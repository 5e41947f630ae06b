import type { FetchLike, RateLimitError } from '@chat/client';
import { expect } from 'vitest';
import { failure } from '../outcome.js';
import type { Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';

const two = { limits: { messagesPerMinute: 2 } };

/** Refusals of a backend that has had enough for now. */
export function allowance(scenario: Scenario): void {
  scenario(
    'a message over the allowance waits as long as it was asked to',
    async (stage) => {
      const waits: number[] = [];
      const client = stage.client({
        hooks: { onRetry: ({ delayMs }) => void waits.push(delayMs) },
      });
      await spend(stage);
      // Some seconds of the minute are left, even to a machine that has other things to do.
      stage.backend.skip(57_000);
      const reply = await client.chat.send('Three');
      expect(reply.response).toBe('re: Three');
      expect(waits[0]).toBeGreaterThanOrEqual(1000);
      expect(await stage.stored()).toHaveLength(6);
    },
    two,
  );

  scenario(
    'all calls wait together, and leave in their order',
    async (stage) => {
      const client = stage.client();
      await spend(stage);
      stage.backend.skip(57_000);
      await client.login();
      const refused = stage.timesAsked('sendMessage');
      const third = client.chat.send('Three');
      const fourth = client.chat.send('Four');
      await Promise.all([third, fourth]);
      expect((await stage.stored()).slice(4)).toEqual([
        'user: Three',
        'assistant: re: Three',
        'user: Four',
        'assistant: re: Four',
      ]);
      // Each was refused once at most.
      expect(stage.timesAsked('sendMessage') - refused).toBeLessThanOrEqual(4);
    },
    two,
  );

  scenario(
    'a wait that is too long is not begun: the error says how long it would be',
    async (stage) => {
      const client = stage.client({ retry: { maxWaitMs: 5000 } });
      await spend(stage);
      const error = await failure<RateLimitError>(client.chat.send('Three'));
      expect(error).toMatchObject({ code: 'rate_limited', status: 429, attempts: 1 });
      expect(error.retryAfterMs).toBeGreaterThan(50_000);
      expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    },
    two,
  );

  scenario(
    'where nothing says how long, it tries again and again, a few times',
    async (stage) => {
      let tries = 0;
      const client = stage.client({
        fetch: withoutRetryAfter,
        hooks: {
          onRetry: () => {
            tries += 1;
            if (tries === 2) stage.backend.skip(60_000);
          },
        },
      });
      await spend(stage);
      expect((await client.chat.send('Three')).response).toBe('re: Three');
      expect(tries).toBe(2);
      const error = await failure<RateLimitError>(
        client.chat.send('Four').then(() => client.chat.send('Five')),
      );
      expect(error).toMatchObject({ code: 'rate_limited', attempts: 4, retryAfterMs: 0 });
    },
    two,
  );

  scenario(
    'a login over the allowance fails with the time to wait',
    async (stage) => {
      await stage.client().login();
      const error = await failure<RateLimitError>(
        stage.client({ retry: { maxWaitMs: 0 } }).stats.messages(),
      );
      expect(error).toMatchObject({ code: 'rate_limited', status: 429 });
      expect(error.retryAfterMs).toBeGreaterThan(0);
    },
    { limits: { loginsPerMinute: 1 } },
  );

  scenario(
    'reading goes on while the messages are spent',
    async (stage) => {
      const client = stage.client({ retry: { maxWaitMs: 0 } });
      await spend(stage);
      expect((await client.chat.history()).pagination.total).toBe(4);
    },
    two,
  );
}

/** Ada's other device says all that she may say in this minute. */
async function spend(stage: Stage): Promise<void> {
  const device = stage.otherDevice();
  await device.chat.send('One');
  await device.chat.send('Two');
}

/** A network that drops the header. */
const withoutRetryAfter: FetchLike = async (url, init) => {
  const response = await fetch(url, init);
  const headers = new Headers(response.headers);
  headers.delete('retry-after');
  return new Response(await response.text(), { status: response.status, headers });
};
