import { expect } from 'vitest';
import { settledCode } from '../promises.js';
import { expected, type Scenario } from '../scenario.js';
import { connect, connectUntilOpen } from '../socket-recorder.js';
import type { TestEnvironment } from '../test-environment.js';

/** Connections that break, hang or cannot be opened. */
export function connections(scenario: Scenario): void {
  scenario('queues messages without a network, and sends them in order', async (env) => {
    env.network.refuse();
    const { socket, waitForState, states } = connect(env);
    await waitForState('waiting');
    expect(states.at(-1)).toMatchObject({
      retryInMs: expect.any(Number),
      error: expect.objectContaining({ code: 'connection_failed' }),
    });
    const contents = ['1', '2', '3'];
    const sent = contents.map((content) => socket.send(content));
    await env.network.resume();
    expect((await Promise.all(sent)).map(({ content }) => content)).toEqual(contents);
    const userMessages = (await env.storedMessages()).filter((message) =>
      message.startsWith('user: '),
    );
    expect(userMessages).toEqual(contents.map((content) => `user: ${content}`));
  });

  scenario('rejects at once what does not fit into the queue', async (env) => {
    env.network.refuse();
    const { socket, waitForState } = connect(env, { queue: { maxMessages: 1 } });
    const first = socket.send('fits');
    await expect(socket.send('one too many')).rejects.toMatchObject({
      code: 'not_sent',
      reason: 'overflow',
      content: 'one too many',
    });
    await waitForState('waiting');
    await env.network.resume();
    await first;
    expect((await env.storedMessages())[0]).toBe('user: fits');
  });

  scenario('rejects what waits too long, and never sends it', async (env) => {
    env.network.refuse();
    const { socket } = connect(env, { queue: { ttlMs: 20 } });
    const error = { code: 'not_sent', reason: 'expired', content: 'stale' };
    await expect(socket.send('stale')).rejects.toMatchObject(error);
    await env.network.resume();
    await env.otherDevice().chat.send('fresh');
    expect((await env.storedMessages())[0]).toBe('user: fresh');
  });

  scenario('never sends a queued message that was aborted', async (env) => {
    env.network.refuse();
    const { socket, waitForState } = connect(env);
    await waitForState('waiting');
    const abort = new AbortController();
    const aborted = settledCode(socket.send('aborted message', { signal: abort.signal }));
    const timedOut = settledCode(socket.send('too slow', { timeoutMs: 5 }));
    abort.abort();
    expect(await Promise.all([aborted, timedOut])).toEqual(['aborted', 'timeout']);
    const sent = socket.send('sent later');
    await env.network.resume();
    await sent;
    expect((await env.storedMessages())[0]).toBe('user: sent later');
  });

  for (const how of ['reset', 'end'] as const) {
    scenario(`reconnects after a lost connection (${how})`, async (env) => {
      const { socket, states, waitForState, waitFor, reconnects } = await connectUntilOpen(env);
      await socket.ask('Before?');
      env.network.cut(how);
      await waitFor(() => reconnects() > 0 || socket.state === 'waiting');
      expect(states.find((change) => change.state === 'waiting')).toMatchObject({ code: 1006 });
      expect((await socket.ask('After?')).content).toBe('re: After?');
      await waitForState('open');
    });
  }

  scenario('reconnects after a restart with close code 1012', async (env) => {
    const { socket, waitForState, states } = await connectUntilOpen(env);
    await env.backend.stop('gracefully');
    await waitForState('waiting');
    expect(states.find((change) => change.state === 'waiting')).toMatchObject({ code: 1012 });
    const sent = socket.send('Are you back?');
    await env.restartBackend();
    expect(await sent).toMatchObject({ content: 'Are you back?' });
  });

  scenario('reconnects after the backend stopped abruptly', async (env) => {
    const { socket, waitFor } = await connectUntilOpen(env);
    await socket.ask('Before?');
    await env.backend.stop('abruptly');
    await waitFor(() => socket.state !== 'open');
    const reply = socket.ask('Are you back?');
    await env.restartBackend();
    expect((await reply).content).toBe('re: Are you back?');
  });

  scenario(
    'heartbeats detect a half-open connection; without them, reconnect() replaces it',
    async (env) => {
      const { socket, waitForEvent, waitFor, reconnects, messages } = await connectUntilOpen(env);
      await socket.ask('Before?');
      for (const connection of webSocketConnections(env)) connection.blackHole();
      await env.otherDevice().chat.send('Still there?');
      const seen = expected(env.supports.heartbeat, { extension: true, coreOnly: false });
      if (seen) {
        const { error } = await waitForEvent('state', ({ state }) => state === 'waiting');
        expect(error).toMatchObject({ code: 'timeout' });
      } else {
        // Without heartbeats, a half-open connection looks like a quiet one, which must stay open.
        expect(socket.state).toBe('open');
        socket.reconnect();
      }
      await waitFor(() => messages.includes('assistant: re: Still there?'));
      expect(reconnects()).toBeGreaterThan(0);
      expect(messages).toEqual(await env.storedMessages());
    },
    // On a busy machine, a shorter interval drops live connections.
    { heartbeatMs: 1000 },
  );

  scenario('gives up a hanging attempt, and tries again', async (env) => {
    const client = env.client();
    await client.login();
    env.network.stall('down');
    // On a busy machine, an attempt that succeeds may take longer than a shorter timeout.
    const { waitForEvent, waitForState } = connect(env, { connectTimeoutMs: 1_000 }, client);
    const { error } = await waitForEvent('state', (change) => change.state === 'waiting');
    expect(error).toMatchObject({ code: 'timeout' });
    await env.network.resume();
    await waitForState('open');
  });

  scenario('reconnect() connects at once, and loses nothing', async (env) => {
    const { socket, waitFor, messages, reconnects } = await connectUntilOpen(env);
    await socket.ask('One?');
    socket.reconnect();
    expect(socket.state).toBe('connecting');
    await socket.ask('Two?');
    await waitFor(() => messages.length === 4);
    expect(messages).toEqual(await env.storedMessages());
    expect(reconnects()).toBeGreaterThan(0);
  });
}

function webSocketConnections({ network }: TestEnvironment) {
  return network.connections.filter(({ isWebSocket }) => isWebSocket);
}
