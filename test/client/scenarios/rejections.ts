import { expect } from 'vitest';
import { expected, type Scenario } from '../scenario.js';
import { connect, connectUntilOpen, type SocketRecorder } from '../socket-recorder.js';

/** Rejected connections, and sockets that the backend closes. */
export function rejections(scenario: Scenario): void {
  scenario('a socket and calls with an expired token share one login', async (env) => {
    const client = env.client();
    const { socket, waitFor, reconnects } = await connectUntilOpen(env, {}, client);
    await socket.ask('Before?');
    env.backend.expireTokens();
    env.backend.dropSockets();
    const calls = Array.from({ length: 20 }, () => client.stats.messages());
    await waitFor(() => reconnects() > 0 || socket.state === 'waiting');
    const reply = await socket.ask('After?');
    expect(reply.content).toBe('re: After?');
    expect(await Promise.all(calls)).toHaveLength(20);
    expect(env.requestCount('login')).toBe(2);
  });

  scenario('a socket refreshes a rejected token', async (env) => {
    const { socket, waitFor, reconnects } = await connectUntilOpen(env);
    await socket.ask('Before?');
    env.backend.expireTokens();
    env.backend.dropSockets();
    await waitFor(() => reconnects() > 0);
    expect((await socket.ask('After?')).content).toBe('re: After?');
    expect(env.requestCount('login')).toBe(2);
  });

  scenario('closes if the backend rejects the refreshed token too', async (env) => {
    const hooks = { onTokenRefreshed: () => env.backend.expireTokens() };
    // Long enough for the token check, which gives no result if it times out.
    const recorder = connect(env, { connectTimeoutMs: 8000 }, env.client({ hooks }));
    await recorder.waitForState('closed');
    expect(recorder.states.at(-1)?.error).toMatchObject(
      env.rejectsBy === 'close code'
        ? { code: 'socket_closed', closeCode: 4401 }
        : { code: 'authentication_failed', status: 401 },
    );
    // With a status, the token check found it out, and that request refreshes a token itself.
    expect(env.requestCount('login')).toBeLessThanOrEqual(3);
  });

  scenario('closes on a wrong password, and rejects the queued messages', async (env) => {
    const credentials = { username: 'ada', password: 'not hers' };
    const { socket, states, waitForState } = connect(env, {}, env.client({ credentials }));
    const sent = expect(socket.send('Let me in')).rejects.toMatchObject({
      code: 'not_sent',
      reason: 'closed',
      content: 'Let me in',
    });
    await waitForState('closed');
    await sent;
    expect(states.at(-1)?.error).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(env.requestCount('login')).toBe(1);
  });

  scenario(
    'one socket too many waits, and opens when another one has closed',
    async (env) => {
      const first = await connectUntilOpen(env);
      const second = connect(env, { backoff: { minDelayMs: 1, maxDelayMs: 80 } });
      await second.waitForState('waiting');
      const { code, retryInMs } = second.states.find(({ state }) => state === 'waiting')!;
      if (env.rejectsBy === 'close code') {
        expect(code).toBe(4429);
        // Between one and two times the maximum delay.
        expect(retryInMs).toBeGreaterThanOrEqual(80);
        expect(retryInMs).toBeLessThanOrEqual(160);
      } else {
        expect(code).toBe(1006);
        expect(retryInMs).toBeLessThanOrEqual(80);
      }
      first.socket.close();
      await second.waitForState('open');
      expect(env.requestCount('login')).toBe(2);
    },
    { limits: { socketsPerUser: 1 } },
  );

  scenario('closePolicy overrides the action of a close code', async (env) => {
    const { waitForState, states } = await connectUntilOpen(env, {
      closePolicy: { 1012: 'final', 1006: 'final' },
    });
    await env.backend.stop('gracefully');
    await waitForState('closed');
    expect(states.at(-1)).toMatchObject({ state: 'closed', code: 1012 });
    expect(states.at(-1)?.error).toMatchObject({ code: 'socket_closed', closeCode: 1012 });
  });

  scenario(
    'a rate-limited message is sent again, or its outcome is unknown',
    async (env) => {
      const ttlMs = expected(env.supports.rateLimitNotice, { extension: 60_000, coreOnly: 400 });
      const recorder = await connectUntilOpen(env, { queue: { ttlMs } });
      const { socket, waitForEvent } = recorder;
      // Not over the socket: on a busy machine they might take longer than its `ttlMs`.
      const { chat } = env.otherDevice();
      await chat.send('One');
      await chat.send('Two');
      env.backend.advanceClock(57_000);
      const sent = ['Three', 'Four'].map((content) =>
        socket.send(content).then(
          () => 'stored',
          ({ code }) => code,
        ),
      );
      const notice = await waitForEvent('status', ({ event: name }) => name !== 'typing');
      expect(notice.content).toMatch(/\w+ \w+/);
      expect(notice).toMatchObject(
        expected(env.supports.rateLimitNotice, {
          extension: { event: 'rate_limited', retryAfterMs: expect.any(Number) },
          coreOnly: { role: 'system' },
        }),
      );
      const outcome = expected(env.supports.rateLimitNotice, {
        extension: 'stored',
        coreOnly: 'outcome_unknown',
      });
      expect(await Promise.all(sent)).toEqual([outcome, outcome]);
      expect(contentsOf(await env.storedMessages())).toEqual(
        expected(env.supports.rateLimitNotice, {
          extension: ['One', 'Two', 'Three', 'Four'],
          coreOnly: ['One', 'Two'],
        }),
      );
      expectStillOpen(recorder);
    },
    { limits: { messagesPerMinute: 2 } },
  );
}

function contentsOf(stored: readonly string[]): string[] {
  return stored.flatMap((message) => /^user: (.*)/.exec(message)?.[1] ?? []);
}

function expectStillOpen({ socket, reconnects }: SocketRecorder): void {
  expect(socket.state).toBe('open');
  expect(reconnects()).toBe(0);
}
