import { expect, vi } from 'vitest';
import { deferred, rejectionOf, settledCode } from '../promises.js';
import type { Scenario } from '../scenario.js';
import { connect, connectUntilOpen, record, type SocketRecorder } from '../socket-recorder.js';
import type { TestEnvironment } from '../test-environment.js';

const pollOptions = { timeout: 60_000, interval: 5 };

/** close() in every state. */
export function closing(scenario: Scenario): void {
  scenario('close() while it is open', async (env) => {
    const recorder = await connectUntilOpen(env);
    await expectClosed(env, recorder, () => recorder.socket.close());
  });

  scenario('close() before the first request, twice', async (env) => {
    const recorder = connect(env);
    await expectClosed(env, recorder, () => {
      recorder.socket.close();
      recorder.socket.close();
    });
    expect(recorder.reconnects()).toBe(0);
    expect(env.requestCount('login')).toBe(0);
  });

  scenario('close() before the token arrives: opens no socket later', async (env) => {
    const requested = deferred();
    const granted = deferred();
    const client = env.client({
      credentials: async () => {
        requested.resolve();
        await granted.promise;
        return { username: 'ada', password: 's3cret' };
      },
    });
    const recorder = connect(env, {}, client);
    await requested.promise;
    await expectClosed(env, recorder, () => recorder.socket.close());
    granted.resolve();
    // The token arrives, and other calls can use it.
    await client.stats.messages();
    expect(webSocketConnections(env)).toBe(0);
    expect(recorder.socket.state).toBe('closed');
  });

  scenario('close() while the connection attempt hangs', async (env) => {
    const client = env.client();
    await client.login();
    env.network.stall('down');
    const recorder = connect(env, {}, client);
    await vi.waitFor(() => expect(webSocketConnections(env)).toBe(1), pollOptions);
    await expectClosed(env, recorder, () => recorder.socket.close());
  });

  scenario('close() while it waits for the next attempt', async (env) => {
    env.network.refuse();
    const recorder = connect(env);
    await recorder.waitForState('waiting');
    await expectClosed(env, recorder, () => recorder.socket.close());
  });

  for (const name of ['state', 'message'] as const) {
    scenario(`close() inside a listener of "${name}"`, async (env) => {
      const socket = env.client().connect();
      const recorder = record(socket);
      const stop = socket.on(name, () => {
        stop();
        socket.close();
      });
      await expectClosed(env, recorder, () => void settledCode(socket.ask('Hello?')));
    });
  }

  scenario('a closed socket stays closed, and rejects messages', async (env) => {
    const recorder = await connectUntilOpen(env);
    const { socket, states, reconnects } = recorder;
    await expectClosed(env, recorder, () => socket.close());
    socket.reconnect();
    socket.markRead('anything');
    expect(await rejectionOf(socket.send('Too late'))).toMatchObject({
      code: 'not_sent',
      reason: 'closed',
      content: 'Too late',
    });
    for await (const event of socket) expect.fail(`Unexpected event after close(): ${event.type}`);
    expect(states.at(-1)?.state).toBe('closed');
    expect(reconnects()).toBe(0);
  });

  scenario('close() rejects unsent messages in order', async (env) => {
    env.network.refuse();
    const { socket, waitForState } = connect(env);
    await waitForState('waiting');
    const sent = ['1', '2'].map((content) => rejectionOf(socket.send(content)));
    socket.close();
    expect(await Promise.all(sent)).toEqual(
      ['1', '2'].map((content) => expect.objectContaining({ code: 'not_sent', content })),
    );
    expect(await env.storedMessages()).toEqual([]);
    await env.network.resume();
  });

  scenario('an aborted signal closes the socket permanently', async (env) => {
    const abort = new AbortController();
    const recorder = await connectUntilOpen(env, { signal: abort.signal });
    await expectClosed(env, recorder, () => abort.abort());
    expect(recorder.states.at(-1)?.error).toMatchObject({ code: 'aborted' });
    const late = connect(env, { signal: abort.signal });
    expect(late.socket.state).toBe('closed');
  });

  scenario(
    'logout() closes the sockets before it revokes the token, and none reconnects',
    async (env) => {
      const client = env.client();
      const recorders = await Promise.all([
        connectUntilOpen(env, {}, client),
        connectUntilOpen(env, {}, client),
      ]);
      const other = await connectUntilOpen(env);
      await client.logout();
      for (const { states, reconnects } of recorders) {
        expect(states.at(-1)).toMatchObject({ state: 'closed', code: 1000 });
        expect(reconnects()).toBe(0);
      }
      await other.socket.ask('Still open?');
      expect(other.reconnects()).toBe(0);
      expect(env.requestCount('login')).toBe(2);
      await vi.waitFor(() => expect(webSocketConnections(env)).toBe(1), pollOptions);
    },
  );

  scenario('client.close() closes its sockets', async (env) => {
    const client = env.client();
    const recorder = await connectUntilOpen(env, {}, client);
    await expectClosed(env, recorder, () => void client.close());
  });
}

/** There is one state `closed`, and no connection is left. */
async function expectClosed(
  env: TestEnvironment,
  recorder: SocketRecorder,
  close: () => void,
): Promise<void> {
  close();
  await recorder.waitForState('closed');
  // A stalled connection cannot send its close to the backend.
  await env.network.resume();
  await vi.waitFor(() => expect(webSocketConnections(env)).toBe(0), pollOptions);
  expect(recorder.states.filter(({ state }) => state === 'closed')).toHaveLength(1);
}

function webSocketConnections({ network }: TestEnvironment): number {
  return network.connections.filter(({ isWebSocket }) => isWebSocket).length;
}
