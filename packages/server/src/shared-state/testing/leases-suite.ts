import { expect, it } from 'vitest';
import { createManualClock } from '../../domain/runtime/manual-clock.js';
import type { SharedStateUnderTest } from './shared-state-under-test.js';

export function leasesSuite(subject: SharedStateUnderTest): void {
  const open = async () => {
    const instances = await subject.open({ clock: createManualClock(), maxQueuedTurns: 1 });
    return (at: number) => instances[at % instances.length]!.leases;
  };

  it('grants exactly three of 64 concurrent sockets, and another one after a release', async () => {
    const at = await open();
    const acquired = await Promise.all(
      Array.from({ length: 64 }, (_, i) => at(i).acquire('ada', `s${i}`, 3)),
    );
    expect(acquired.filter(Boolean)).toHaveLength(3);
    expect(await at(1).acquire('bob', 's0', 3)).toBe(true);
    await at(0).release('ada', 'unknown');
    expect(await at(2).acquire('ada', 'late', 3)).toBe(false);
    const first = acquired.indexOf(true);
    await at(first).release('ada', `s${first}`);
    await at(first).release('ada', `s${first}`);
    expect(await at(first + 1).acquire('ada', 'late', 3)).toBe(true);
    expect(await at(0).acquire('ada', 'later', 3)).toBe(false);
  });

  it('counts a socket once', async () => {
    const at = await open();
    for (let i = 0; i < 5; i += 1) expect(await at(0).acquire('ada', 's', 2)).toBe(true);
    await at(0).renew('ada', 's');
    expect(await at(1).acquire('ada', 't', 2)).toBe(true);
    expect(await at(2).acquire('ada', 'u', 2)).toBe(false);
  });

  it('grants no lease to a released socket that is renewed late', async () => {
    const at = await open();
    await at(0).acquire('ada', 's', 1);
    await at(0).release('ada', 's');
    await at(0).renew('ada', 's');
    expect(await at(1).acquire('ada', 't', 1)).toBe(true);
  });
}
