import type { ConnectOptions } from '@chat/client';
import { expect, test } from 'vitest';
import { coreBackend } from '../support/backends/core-backend.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { openStage } from './stage.js';
import { connected } from './witness.js';

// A backend of another make, which closes with the codes of RFC 6455 alone: 1008 whatever it refuses, 1001 when it stops.
const target = { kind: coreBackend('close', 'rfc') };

leaveNothingBehind();

async function opened(options: ConnectOptions = {}, limits = {}) {
  const stage = await openStage(target, { limits });
  return { stage, witness: await connected(stage, options) };
}

test('a token that is refused with 1008 is final: the code says no, and not why', async () => {
  const { stage, witness } = await opened();
  await witness.socket.ask('Before?');
  stage.backend.expireTokens();
  await witness.state('closed');
  expect(witness.states.at(-1)?.error).toMatchObject({ code: 'socket_closed', closeCode: 1008 });
  await expect(witness.socket.send('Too late')).rejects.toMatchObject({ code: 'not_sent' });
  expect(stage.timesAsked('login')).toBe(1);
  await stage.leave();
});

test('where the application says that 1008 means the token, it is renewed, and nothing is lost', async () => {
  const { stage, witness } = await opened({ closePolicy: { 1008: 'refresh' } });
  const { socket, until, shown } = witness;
  await socket.ask('Before?');
  stage.backend.expireTokens();
  await until(() => socket.state !== 'open');
  await stage.otherDevice().chat.send('Meanwhile');
  expect((await socket.ask('After?')).content).toBe('re: After?');
  expect(shown).toEqual(await stage.stored());
  expect(stage.timesAsked('login')).toBe(2);
  await stage.leave();
});

test('one socket too many with 1008 is final as well, and the first lives on', async () => {
  const { stage, witness } = await opened({}, { socketsPerUser: 1 });
  const second = stage.client().connect();
  await new Promise<void>((resolve) => {
    second.on('state', ({ state }) => state === 'closed' && resolve());
  });
  expect((await witness.socket.ask('Still there?')).content).toBe('re: Still there?');
  await stage.leave();
});

for (const how of ['gracefully', 'abruptly'] as const) {
  test(`a backend that stops ${how} and comes back is dialled again, and nothing is lost`, async () => {
    const { stage, witness } = await opened();
    const { socket, until, state, states, shown } = witness;
    await socket.ask('Before?');
    await stage.backend.stop(how);
    await until(() => socket.state !== 'open');
    expect(states.find(({ code }) => code !== undefined)?.code).toBe(
      how === 'gracefully' ? 1001 : 1006,
    );
    const asked = socket.ask('After?');
    await stage.startAgain();
    expect((await asked).content).toBe('re: After?');
    await state('open');
    expect(shown).toEqual(await stage.stored());
    await stage.leave();
  });
}
