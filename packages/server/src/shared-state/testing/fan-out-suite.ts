import { expect, it } from 'vitest';
import type { FanOut, FanOutEvent } from '../../domain/ports/index.js';
import { createManualClock } from '../../domain/runtime/manual-clock.js';
import type { SharedStateUnderTest } from './shared-state-under-test.js';

const frame = (text: string): FanOutEvent => ({ kind: 'frame', frame: text });

function recordEvents(fanOut: FanOut) {
  const seen: string[] = [];
  fanOut.subscribe((userId, event) => {
    if (event.kind === 'frame') seen.push(`${userId} ${event.frame}`);
    if (event.kind === 'revoked') seen.push(`${userId} ${event.jti}`);
  });
  return seen;
}

export function fanOutSuite(subject: SharedStateUnderTest): void {
  const open = async () => {
    const instances = await subject.open({ clock: createManualClock(), maxQueuedTurns: 1 });
    return instances.map(({ fanOut }) => fanOut);
  };

  it('delivers the frames of a user to every subscribed instance, in order', async () => {
    const fanOuts = await open();
    const seen = fanOuts.map(recordEvents);
    const follows = fanOuts.map(({ remote }) => remote?.subscribeUser('ada'));
    await Promise.all(follows.map((follow) => follow?.ready));
    const texts = Array.from({ length: 50 }, (_, i) => `${i}`);
    for (const text of texts) fanOuts[0]!.publish('ada', frame(text));
    const expected = texts.map((text) => `ada ${text}`);
    for (const list of seen) await expect.poll(() => list).toEqual(expected);
    for (const follow of follows) follow?.stop();
  });

  it('delivers a frame once per instance, with any number of its user’s sockets there', async () => {
    const fanOuts = await open();
    const seen = fanOuts.map(recordEvents);
    const follow = () => fanOuts.map(({ remote }) => remote?.subscribeUser('ada'));
    const follows = [...follow(), ...follow(), ...follow()];
    await Promise.all(follows.map((followed) => followed?.ready));
    for (const text of ['a', 'b']) fanOuts[0]!.publish('ada', frame(text));
    for (const list of seen) await expect.poll(() => list).toContain('ada b');
    // Stopping two subscriptions, one of them twice, does not stop the third.
    for (const followed of [...follows.slice(0, fanOuts.length * 2), ...follows.slice(0, 3)]) {
      followed?.stop();
    }
    fanOuts[0]!.publish('ada', frame('c'));
    for (const list of seen) await expect.poll(() => list).toEqual(['ada a', 'ada b', 'ada c']);
    for (const followed of follows) followed?.stop();
  });

  it('delivers a revocation to all instances', async () => {
    const fanOuts = await open();
    const seen = fanOuts.map(recordEvents);
    const publish = (jti: string) => fanOuts.at(-1)!.publish('bob', { kind: 'revoked', jti });
    // An instance that has just started may still be subscribing.
    for (const list of seen) {
      const lengthAfterPublish = () => {
        publish('first');
        return list.length;
      };
      await expect.poll(lengthAfterPublish).toBeGreaterThan(0);
    }
    publish('j');
    const others = (list: readonly string[]) => list.filter((event) => event !== 'bob first');
    for (const list of seen) await expect.poll(() => others(list)).toEqual(['bob j']);
  });
}
