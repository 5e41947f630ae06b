import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createManualClock } from '../../domain/runtime/manual-clock.js';
import type { SharedStateUnderTest } from './shared-state-under-test.js';

export function limiterSuite(subject: SharedStateUnderTest): void {
  /** `at` chooses the instance. */
  const open = async (start?: number) => {
    const clock = createManualClock(start);
    const instances = await subject.open({ clock, maxQueuedTurns: 1 });
    const take = (at: number, key: string, limit: number) =>
      instances[at % instances.length]!.limiter.consume(key, limit, 1000);
    return { clock, take };
  };

  it('grants exactly the limit in any window', async () => {
    const { clock, take } = await open();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.nat(2)), { maxLength: 60 }),
        async (limit, steps) => {
          run += 1;
          const granted: number[] = [];
          for (const [step, at] of steps) {
            clock.advance(step);
            const now = clock.now();
            const inWindow = granted.filter((time) => time > now - 1000);
            const result = await take(at, `k${run}`, limit);
            expect(result.granted).toBe(inWindow.length < limit);
            if (result.granted) granted.push(now);
            else expect(result.retryAfterMs).toBe(inWindow.at(-limit)! + 1000 - now);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts each key separately', async () => {
    const { take } = await open();
    expect(await take(0, 'a', 1)).toEqual({ granted: true });
    expect(await take(1, 'b', 1)).toEqual({ granted: true });
    expect(await take(2, 'a', 1)).toEqual({ granted: false, retryAfterMs: 1000 });
  });

  it('grants exactly the limit to concurrent requests', async () => {
    const { take } = await open();
    const taken = await Promise.all(Array.from({ length: 64 }, (_, i) => take(i, 'k', 3)));
    expect(taken.filter(({ granted }) => granted)).toHaveLength(3);
  });

  it('blocks no key for longer than a window when the clock is set back', async () => {
    const { clock, take } = await open(10_000_000);
    await take(0, 'k', 1);
    clock.set(5_000_000);
    expect(await take(1, 'k', 1)).toEqual({ granted: false, retryAfterMs: 1000 });
    clock.advance(1000);
    expect(await take(2, 'k', 1)).toEqual({ granted: true });
  });

  it('keeps the count when the clock is set back by less than a window', async () => {
    const { clock, take } = await open(10_000);
    await take(0, 'k', 4);
    clock.set(10_400);
    await take(1, 'k', 4);
    await take(2, 'k', 4);
    clock.set(10_200);
    expect(await take(0, 'k', 4)).toEqual({ granted: true });
    // The event of 10,000 leaves the window first.
    expect(await take(1, 'k', 4)).toEqual({ granted: false, retryAfterMs: 800 });
    clock.set(11_000);
    expect(await take(2, 'k', 4)).toEqual({ granted: true });
    // The other ones count as events of 10,200.
    expect(await take(0, 'k', 4)).toEqual({ granted: false, retryAfterMs: 200 });
    clock.set(11_200);
    for (let i = 0; i < 3; i += 1) expect(await take(i, 'k', 4)).toEqual({ granted: true });
    expect(await take(0, 'k', 4)).toMatchObject({ granted: false });
  });

  it('supports the limits zero and infinity', async () => {
    const { take } = await open();
    expect(await take(0, 'k', 0)).toMatchObject({ granted: false });
    for (let i = 0; i < 10; i += 1) {
      expect(await take(i, 'k', Number.POSITIVE_INFINITY)).toEqual({ granted: true });
    }
  });

  it('counts correctly under constant use', async () => {
    const { clock, take } = await open();
    for (let i = 0; i < 500; i += 1) {
      clock.advance(10);
      expect((await take(i, 'k', 100)).granted).toBe(true);
    }
    expect((await take(0, 'k', 100)).granted).toBe(false);
  });
}
