import { expect } from 'vitest';
import { outcome } from '../outcome.js';
import { expected, type Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';
import { connect, connected } from '../witness.js';

/** Lines that break, stand still or are not there at all. */
export function lines(scenario: Scenario): void {
  scenario('what is said while there is no network waits, and leaves in order', async (stage) => {
    stage.network.refuse();
    const { socket, state, states } = connect(stage);
    await state('waiting');
    expect(states.at(-1)).toMatchObject({
      retryInMs: expect.any(Number),
      error: expect.objectContaining({ code: 'connection_failed' }),
    });
    const words = ['1', '2', '3'];
    const sent = words.map((word) => socket.send(word));
    await stage.network.resume();
    expect((await Promise.all(sent)).map(({ content }) => content)).toEqual(words);
    const said = (await stage.stored()).filter((line) => line.startsWith('user: '));
    expect(said).toEqual(words.map((word) => `user: ${word}`));
  });

  scenario('what does not fit into the queue comes back at once', async (stage) => {
    stage.network.refuse();
    const { socket, state } = connect(stage, { queue: { maxMessages: 1 } });
    const first = socket.send('fits');
    await expect(socket.send('one too many')).rejects.toMatchObject({
      code: 'not_sent',
      reason: 'overflow',
      content: 'one too many',
    });
    await state('waiting');
    await stage.network.resume();
    await first;
    expect((await stage.stored())[0]).toBe('user: fits');
  });

  scenario('what waits for too long comes back, and never leaves', async (stage) => {
    stage.network.refuse();
    const { socket } = connect(stage, { queue: { ttlMs: 20 } });
    const error = { code: 'not_sent', reason: 'expired', content: 'stale' };
    await expect(socket.send('stale')).rejects.toMatchObject(error);
    await stage.network.resume();
    await stage.otherDevice().chat.send('fresh');
    expect((await stage.stored())[0]).toBe('user: fresh');
  });

  scenario('what was called off while it waited never leaves', async (stage) => {
    stage.network.refuse();
    const { socket, state } = connect(stage);
    await state('waiting');
    const abort = new AbortController();
    const regretted = outcome(socket.send('regretted', { signal: abort.signal }));
    const timed = outcome(socket.send('too slow', { timeoutMs: 5 }));
    abort.abort();
    expect(await Promise.all([regretted, timed])).toEqual(['aborted', 'timeout']);
    const kept = socket.send('kept');
    await stage.network.resume();
    await kept;
    expect((await stage.stored())[0]).toBe('user: kept');
  });

  for (const how of ['reset', 'end'] as const) {
    scenario(`comes back after the line was cut (${how}), and goes on`, async (stage) => {
      const { socket, states, state, until, redials } = await connected(stage);
      await socket.ask('Before?');
      stage.network.cut(how);
      await until(() => redials() > 0 || socket.state === 'waiting');
      expect(states.find((change) => change.state === 'waiting')).toMatchObject({ code: 1006 });
      expect((await socket.ask('After?')).content).toBe('re: After?');
      await state('open');
    });
  }

  scenario('comes back after a restart that was announced with 1012', async (stage) => {
    const { socket, state, states } = await connected(stage);
    await stage.backend.stop('gracefully');
    await state('waiting');
    expect(states.find((change) => change.state === 'waiting')).toMatchObject({ code: 1012 });
    const sent = socket.send('Are you back?');
    await stage.startAgain();
    expect(await sent).toMatchObject({ content: 'Are you back?' });
  });

  scenario('comes back after the backend went down without a word', async (stage) => {
    const { socket, until } = await connected(stage);
    await socket.ask('Before?');
    await stage.backend.stop('abruptly');
    await until(() => socket.state !== 'open');
    const answer = socket.ask('Are you back?');
    await stage.startAgain();
    expect((await answer).content).toBe('re: Are you back?');
  });

  scenario(
    'a half-open line: found by heartbeats, or left by reconnect()',
    async (stage) => {
      const { socket, event, until, redials, shown } = await connected(stage);
      await socket.ask('Before?');
      for (const line of socketLines(stage)) line.blackHole();
      await stage.otherDevice().chat.send('Can you hear me?');
      const seen = expected(stage.can.heartbeat, { extension: true, coreOnly: false });
      if (seen) {
        const { error } = await event('state', ({ state }) => state === 'waiting');
        expect(error).toMatchObject({ code: 'timeout' });
      } else {
        // A quiet chat is not cut: nothing tells this line from one on which nobody speaks.
        expect(socket.state).toBe('open');
        socket.reconnect();
      }
      await until(() => shown.includes('assistant: re: Can you hear me?'));
      expect(redials()).toBeGreaterThan(0);
      expect(shown).toEqual(await stage.stored());
    },
    { heartbeatMs: 150 },
  );

  scenario('a dial that hangs is given up, and tried again', async (stage) => {
    const client = stage.client();
    await client.login();
    stage.network.stall('down');
    const { event, state } = connect(stage, { connectTimeoutMs: 100 }, client);
    const { error } = await event('state', (change) => change.state === 'waiting');
    expect(error).toMatchObject({ code: 'timeout' });
    await stage.network.resume();
    await state('open');
  });

  scenario('reconnect() dials anew and at once, and loses nothing', async (stage) => {
    const { socket, until, shown, redials } = await connected(stage);
    await socket.ask('One?');
    socket.reconnect();
    expect(socket.state).toBe('connecting');
    await socket.ask('Two?');
    await until(() => shown.length === 4);
    expect(shown).toEqual(await stage.stored());
    expect(redials()).toBeGreaterThan(0);
  });
}

function socketLines({ network }: Stage) {
  return network.lines.filter(({ isWebSocket }) => isWebSocket);
}
