import { expect } from 'vitest';
import { expected, type Scenario } from '../scenario.js';
import { connect, connected, type Witness } from '../witness.js';

/** Dials that the backend refuses, and sockets that it closes. */
export function refusals(scenario: Scenario): void {
  scenario('a socket and calls with an expired token share one login', async (stage) => {
    const client = stage.client();
    const { socket, until, redials } = await connected(stage, {}, client);
    await socket.ask('Before?');
    stage.backend.expireTokens();
    stage.backend.dropSockets();
    const calls = Array.from({ length: 20 }, () => client.stats.messages());
    await until(() => redials() > 0 || socket.state === 'waiting');
    const answer = await socket.ask('After?');
    expect(answer.content).toBe('re: After?');
    expect(await Promise.all(calls)).toHaveLength(20);
    expect(stage.timesAsked('login')).toBe(2);
  });

  scenario('a socket alone renews a token that was refused', async (stage) => {
    const { socket, until, redials } = await connected(stage);
    await socket.ask('Before?');
    stage.backend.expireTokens();
    stage.backend.dropSockets();
    await until(() => redials() > 0);
    expect((await socket.ask('After?')).content).toBe('re: After?');
    expect(stage.timesAsked('login')).toBe(2);
  });

  scenario('a backend that refuses the new token too ends the socket', async (stage) => {
    const hooks = { onTokenRefreshed: () => stage.backend.expireTokens() };
    // Time enough for the probe, which says nothing when it is cut short.
    const witness = connect(stage, { connectTimeoutMs: 8000 }, stage.client({ hooks }));
    await witness.state('closed');
    expect(witness.states.at(-1)?.error).toMatchObject(
      stage.refusesBy === 'close code'
        ? { code: 'socket_closed', closeCode: 4401 }
        : { code: 'authentication_failed', status: 401 },
    );
    // Told by a status, a probe found it out, which renews a token for itself.
    expect(stage.timesAsked('login')).toBeLessThanOrEqual(3);
  });

  scenario('a wrong password ends the socket, and gives back what was not sent', async (stage) => {
    const credentials = { username: 'ada', password: 'not hers' };
    const { socket, states, state } = connect(stage, {}, stage.client({ credentials }));
    const sent = expect(socket.send('Let me in')).rejects.toMatchObject({
      code: 'not_sent',
      reason: 'closed',
      content: 'Let me in',
    });
    await state('closed');
    await sent;
    expect(states.at(-1)?.error).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(stage.timesAsked('login')).toBe(1);
  });

  scenario(
    'one socket too many waits long, and comes in when another has left',
    async (stage) => {
      const first = await connected(stage);
      const second = connect(stage, { backoff: { minMs: 1, maxMs: 80 } });
      await second.state('waiting');
      const { code, retryInMs } = second.states.find(({ state }) => state === 'waiting')!;
      if (stage.refusesBy === 'close code') {
        expect(code).toBe(4429);
        // Between one and two times the longest wait, which no success of its own cuts short.
        expect(retryInMs).toBeGreaterThanOrEqual(80);
        expect(retryInMs).toBeLessThanOrEqual(160);
      } else {
        expect(code).toBe(1006);
        expect(retryInMs).toBeLessThanOrEqual(80);
      }
      first.socket.close();
      await second.state('open');
      expect(stage.timesAsked('login')).toBe(2);
    },
    { limits: { socketsPerUser: 1 } },
  );

  scenario('another answer to a close code, where the application knows better', async (stage) => {
    const { state, states } = await connected(stage, {
      closePolicy: { 1012: 'final', 1006: 'final' },
    });
    await stage.backend.stop('gracefully');
    await state('closed');
    expect(states.at(-1)).toMatchObject({ state: 'closed', code: 1012 });
    expect(states.at(-1)?.error).toMatchObject({ code: 'socket_closed', closeCode: 1012 });
  });

  scenario(
    'over the allowance: held and sent again, or told to be unknown',
    async (stage) => {
      const ttlMs = expected(stage.can.limitNotice, { extension: 60_000, coreOnly: 400 });
      const witness = await connected(stage, { queue: { ttlMs } });
      const { socket, event } = witness;
      await socket.ask('One');
      await socket.ask('Two');
      stage.backend.skip(57_000);
      const sent = ['Three', 'Four'].map((word) =>
        socket.send(word).then(
          () => 'stored',
          ({ code }) => code,
        ),
      );
      const notice = await event('status', ({ event: word }) => word !== 'typing');
      expect(notice.content).toMatch(/\w+ \w+/);
      expect(notice).toMatchObject(
        expected(stage.can.limitNotice, {
          extension: { event: 'rate_limited', retryAfterMs: expect.any(Number) },
          coreOnly: { role: 'system' },
        }),
      );
      const told = expected(stage.can.limitNotice, {
        extension: 'stored',
        coreOnly: 'outcome_unknown',
      });
      expect(await Promise.all(sent)).toEqual([told, told]);
      expect(saidBy(await stage.stored())).toEqual(
        expected(stage.can.limitNotice, {
          extension: ['One', 'Two', 'Three', 'Four'],
          coreOnly: ['One', 'Two'],
        }),
      );
      stays(witness);
    },
    { limits: { messagesPerMinute: 2 } },
  );
}

function saidBy(stored: readonly string[]): string[] {
  return stored.flatMap((line) => /^user: (.*)/.exec(line)?.[1] ?? []);
}

function stays({ socket, redials }: Witness): void {
  expect(socket.state).toBe('open');
  expect(redials()).toBe(0);
}
