import type { ConnectOptions } from '@chat/client';
import { expect, test } from 'vitest';
import { coreBackend } from '../support/backends/core-backend.js';
import { expectNoLeaks } from '../support/leaks.js';
import { connectUntilOpen } from './socket-recorder.js';
import { createTestEnvironment } from './test-environment.js';

// A backend that uses the close codes of RFC 6455 only: 1008 for every rejection, 1001 when it stops.
const target = { kind: coreBackend('close', 'rfc') };

expectNoLeaks();

async function openEnvironment(options: ConnectOptions = {}, limits = {}) {
  const env = await createTestEnvironment(target, { limits });
  return { env, recorder: await connectUntilOpen(env, options) };
}

test('close code 1008 for a rejected token is final, because the code does not give the cause', async () => {
  const { env, recorder } = await openEnvironment();
  await recorder.socket.ask('Before?');
  env.backend.expireTokens();
  await recorder.waitForState('closed');
  expect(recorder.states.at(-1)?.error).toMatchObject({ code: 'socket_closed', closeCode: 1008 });
  await expect(recorder.socket.send('Too late')).rejects.toMatchObject({ code: 'not_sent' });
  expect(env.requestCount('login')).toBe(1);
  await env.dispose();
});

test('closePolicy can refresh the token on 1008, and nothing is lost', async () => {
  const { env, recorder } = await openEnvironment({ closePolicy: { 1008: 'refresh' } });
  const { socket, waitFor, messages } = recorder;
  await socket.ask('Before?');
  env.backend.expireTokens();
  await waitFor(() => socket.state !== 'open');
  await env.otherDevice().chat.send('Meanwhile');
  expect((await socket.ask('After?')).content).toBe('re: After?');
  expect(messages).toEqual(await env.storedMessages());
  expect(env.requestCount('login')).toBe(2);
  await env.dispose();
});

test('close code 1008 for one socket too many is final, and the first socket stays open', async () => {
  const { env, recorder } = await openEnvironment({}, { socketsPerUser: 1 });
  const second = env.client().connect();
  await new Promise<void>((resolve) => {
    second.on('state', ({ state }) => state === 'closed' && resolve());
  });
  expect((await recorder.socket.ask('Still there?')).content).toBe('re: Still there?');
  await env.dispose();
});

for (const how of ['gracefully', 'abruptly'] as const) {
  test(`reconnects to a backend that stopped ${how} and started again, and nothing is lost`, async () => {
    const { env, recorder } = await openEnvironment();
    const { socket, waitFor, waitForState, states, messages } = recorder;
    await socket.ask('Before?');
    await env.backend.stop(how);
    await waitFor(() => socket.state !== 'open');
    expect(states.find(({ code }) => code !== undefined)?.code).toBe(
      how === 'gracefully' ? 1001 : 1006,
    );
    const pendingReply = socket.ask('After?');
    await env.restartBackend();
    expect((await pendingReply).content).toBe('re: After?');
    await waitForState('open');
    expect(messages).toEqual(await env.storedMessages());
    await env.dispose();
  });
}
