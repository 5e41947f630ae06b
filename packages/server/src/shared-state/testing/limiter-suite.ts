import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createManualClock } from '../../chat/manual-clock.js';
import type { SharedStateSubject } from './shared-state-subject.js';

export function limiterSuite(subject: SharedStateSubject): void {
  /** Takes at whichever instance the number chooses. */
  const open = async (start?: number) => {
    const clock = createManualClock(start);
    const instances = await subject.open({ clock, turnsWaiting: 1 });
    const take = (at: number, key: string, limit: number) =>
      instances[at % instances.length]!.limiter.take(key, limit, 1000);
    return { clock, take };
  };

  it('never grants more than the limit in any window, and never less than it could', async () => {
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
            const allowance = await take(at, `k${run}`, limit);
            expect(allowance.granted).toBe(inWindow.length < limit);
            if (allowance.granted) granted.push(now);
            else expect(allowance.retryAfterMs).toBe(inWindow.at(-limit)! + 1000 - now);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps allowances apart', async () => {
    const { take } = await open();
    expect(await take(0, 'a', 1)).toEqual({ granted: true });
    expect(await take(1, 'b', 1)).toEqual({ granted: true });
    expect(await take(2, 'a', 1)).toEqual({ granted: false, retryAfterMs: 1000 });
  });

  it('lets exactly the limit through however many come at once', async () => {
    const { take } = await open();
    const taken = await Promise.all(Array.from({ length: 64 }, (_, i) => take(i, 'k', 3)));
    expect(taken.filter(({ granted }) => granted)).toHaveLength(3);
  });

  it('locks nobody out for longer than a window when the clock is set back', async () => {
    const { clock, take } = await open(10_000_000);
    await take(0, 'k', 1);
    clock.set(5_000_000);
    expect(await take(1, 'k', 1)).toEqual({ granted: false, retryAfterMs: 1000 });
    clock.advance(1000);
    expect(await take(2, 'k', 1)).toEqual({ granted: true });
  });

  it('knows limits of nothing and of everything', async () => {
    const { take } = await open();
    expect(await take(0, 'k', 0)).toMatchObject({ granted: false });
    for (let i = 0; i < 10; i += 1) {
      expect(await take(i, 'k', Number.POSITIVE_INFINITY)).toEqual({ granted: true });
    }
  });

  it('counts on when an allowance is in use for long', async () => {
    const { clock, take } = await open();
    for (let i = 0; i < 500; i += 1) {
      clock.advance(10);
      expect((await take(i, 'k', 100)).granted).toBe(true);
    }
    expect((await take(0, 'k', 100)).granted).toBe(false);
  });
}
