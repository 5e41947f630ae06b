import { expect } from 'vitest';
import type { Scenario } from '../scenario.js';
import { connectUntilOpen, type SocketRecorder } from '../socket-recorder.js';
import type { TestEnvironment } from '../test-environment.js';

/** Messages that were stored while there was no connection. */
export function recovery(scenario: Scenario): void {
  scenario('delivers missed messages before live ones, each once', async (env) => {
    const recorder = await openWithOneTurn(env);
    await whileDisconnected(env, recorder, ['missed one', 'missed two']);
    expect(await recorder.waitForEvent('recovered')).toEqual({ count: 4, complete: true });
    await recorder.socket.ask('Back?');
    await recorder.waitFor(() => recorder.messages.length === 8);
    expect(recorder.messages).toEqual(await env.storedMessages());
  });

  scenario('delivers identical messages of a gap as often as they were sent', async (env) => {
    const recorder = await openWithOneTurn(env);
    await recorder.socket.ask('ok');
    await whileDisconnected(env, recorder, ['ok', 'ok']);
    await recorder.waitForEvent('recovered');
    await recorder.socket.ask('ok');
    await recorder.waitFor(() => recorder.messages.length === 10);
    expect(recorder.messages).toEqual(await env.storedMessages());
  });

  scenario('delivers nothing for an empty gap', async (env) => {
    const recorder = await openWithOneTurn(env);
    await whileDisconnected(env, recorder, []);
    expect(await recorder.waitForEvent('recovered')).toEqual({ count: 0, complete: true });
    expect(recorder.messages).toEqual(await env.storedMessages());
  });

  scenario('fills a gap of several pages', async (env) => {
    const recorder = await openWithOneTurn(env);
    const contents = Array.from({ length: 70 }, (_, index) => `${index}`);
    await whileDisconnected(env, recorder, contents);
    expect(await recorder.waitForEvent('recovered')).toEqual({ count: 140, complete: true });
    expect(recorder.messages).toEqual(await env.storedMessages());
  });

  scenario(
    'delivers the newest messages of a gap that is too large, and reports it as incomplete',
    async (env) => {
      const recorder = await openWithOneTurn(env, { recover: { maxMessages: 4 } });
      await whileDisconnected(env, recorder, ['1', '2', '3', '4']);
      expect(await recorder.waitForEvent('recovered')).toEqual({ count: 4, complete: false });
      expect(recorder.messages.slice(2)).toEqual((await env.storedMessages()).slice(-4));
    },
  );

  scenario('fills no gap with recover: false', async (env) => {
    const recorder = await openWithOneTurn(env, { recover: false });
    await whileDisconnected(env, recorder, ['missed']);
    await recorder.socket.ask('Back?');
    await recorder.waitFor(() => recorder.messages.length === 4);
    expect(recorder.messages).not.toContain('user: missed');
    expect(recorder.events.recovered).toEqual([]);
  });

  scenario('delivers messages after the gap that is filled meanwhile', async (env) => {
    const recorder = await openWithOneTurn(env);
    const device = env.otherDevice();
    const sending = (async () => {
      for (let turn = 0; turn < 20; turn += 1) await device.chat.send(`turn ${turn}`);
    })();
    for (let cut = 0; cut < 4; cut += 1) {
      env.network.cut();
      const before = recorder.reconnects();
      await recorder.waitFor(
        () => recorder.reconnects() > before && recorder.socket.state === 'open',
      );
    }
    await sending;
    await recorder.waitFor(() => recorder.messages.includes('assistant: re: turn 19'));
    expect(recorder.messages).toEqual(await env.storedMessages());
  });
}

/** A socket that received messages already, so that it knows where a gap starts. */
async function openWithOneTurn(env: TestEnvironment, options = {}): Promise<SocketRecorder> {
  const recorder = await connectUntilOpen(env, options);
  await recorder.socket.ask('Hello?');
  return recorder;
}

/** The other device sends these messages while the network is down. */
async function whileDisconnected(
  env: TestEnvironment,
  recorder: SocketRecorder,
  contents: readonly string[],
): Promise<void> {
  env.network.refuse();
  env.network.cut();
  await recorder.waitFor(() => recorder.socket.state !== 'open');
  const device = env.otherDevice();
  for (const content of contents) await device.chat.send(content);
  await env.network.resume();
  await recorder.waitForState('open');
}
