import { expect, it } from 'vitest';
import { createManualClock } from '../../chat/manual-clock.js';
import type { FanOut, FanOutEvent } from '../../chat/ports.js';
import type { SharedStateSubject } from './shared-state-subject.js';

const frame = (text: string): FanOutEvent => ({ kind: 'frame', frame: text });

function heard(fanOut: FanOut) {
  const seen: string[] = [];
  fanOut.subscribe((userId, event) => {
    if (event.kind === 'frame') seen.push(`${userId} ${event.frame}`);
    if (event.kind === 'revoked') seen.push(`${userId} ${event.jti}`);
  });
  return seen;
}

export function fanOutSuite(subject: SharedStateSubject): void {
  const open = async () => {
    const instances = await subject.open({ clock: createManualClock(), turnsWaiting: 1 });
    return instances.map(({ fanOut }) => fanOut);
  };

  it('brings the frames of a user wherever they are wanted, in order', async () => {
    const fanOuts = await open();
    const seen = fanOuts.map(heard);
    const follows = fanOuts.map(({ remote }) => remote?.follow('ada'));
    await Promise.all(follows.map((follow) => follow?.ready));
    const said = Array.from({ length: 50 }, (_, i) => `${i}`);
    for (const text of said) fanOuts[0]!.publish('ada', frame(text));
    const expected = said.map((text) => `ada ${text}`);
    for (const list of seen) await expect.poll(() => list).toEqual(expected);
    for (const follow of follows) follow?.stop();
  });

  it('brings a frame once, however many sockets of its user are on an instance', async () => {
    const fanOuts = await open();
    const seen = fanOuts.map(heard);
    const follow = () => fanOuts.map(({ remote }) => remote?.follow('ada'));
    const follows = [...follow(), ...follow(), ...follow()];
    await Promise.all(follows.map((followed) => followed?.ready));
    for (const text of ['a', 'b']) fanOuts[0]!.publish('ada', frame(text));
    for (const list of seen) await expect.poll(() => list).toContain('ada b');
    // Of two that stopped, one twice, none takes the user from the third.
    for (const followed of [...follows.slice(0, fanOuts.length * 2), ...follows.slice(0, 3)]) {
      followed?.stop();
    }
    fanOuts[0]!.publish('ada', frame('c'));
    for (const list of seen) await expect.poll(() => list).toEqual(['ada a', 'ada b', 'ada c']);
    for (const followed of follows) followed?.stop();
  });

  it('tells everybody of a revocation, whoever has sockets', async () => {
    const fanOuts = await open();
    const seen = fanOuts.map(heard);
    fanOuts.at(-1)!.publish('bob', { kind: 'revoked', jti: 'j' });
    for (const list of seen) await expect.poll(() => list).toEqual(['bob j']);
  });
}
