import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../chat/manual-clock.js';
import { createInProcessLimiter } from './in-process-limiter.js';

describe('the limiter of one process', () => {
  it('never grants more than the limit in any window, and never less than it could', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }),
        async (limit, steps) => {
          const clock = createManualClock(0);
          const limiter = createInProcessLimiter(clock);
          const granted: number[] = [];
          for (const step of steps) {
            clock.advance(step);
            const now = clock.now();
            const inWindow = granted.filter((time) => time > now - 1000);
            const allowance = await limiter.take('k', limit, 1000);
            expect(allowance.granted).toBe(inWindow.length < limit);
            if (allowance.granted) granted.push(now);
            else expect(allowance.retryAfterMs).toBe(inWindow.at(-limit)! + 1000 - now);
          }
        },
      ),
    );
  });

  it('keeps keys apart', async () => {
    const limiter = createInProcessLimiter(createManualClock());
    expect(await limiter.take('a', 1, 1000)).toEqual({ granted: true });
    expect(await limiter.take('b', 1, 1000)).toEqual({ granted: true });
    expect(await limiter.take('a', 1, 1000)).toEqual({ granted: false, retryAfterMs: 1000 });
  });

  it('lets exactly the limit through however many come at once', async () => {
    const limiter = createInProcessLimiter(createManualClock());
    const taken = await Promise.all(Array.from({ length: 64 }, () => limiter.take('k', 3, 1000)));
    expect(taken.filter(({ granted }) => granted)).toHaveLength(3);
  });

  it('locks nobody out for longer than a window when the clock is set back', async () => {
    const clock = createManualClock(10_000_000);
    const limiter = createInProcessLimiter(clock);
    await limiter.take('k', 1, 1000);
    clock.set(5_000_000);
    expect(await limiter.take('k', 1, 1000)).toEqual({ granted: false, retryAfterMs: 1000 });
    clock.advance(1000);
    expect(await limiter.take('k', 1, 1000)).toEqual({ granted: true });
  });

  it('knows limits of nothing and of everything', async () => {
    const limiter = createInProcessLimiter(createManualClock());
    expect(await limiter.take('k', 0, 1000)).toMatchObject({ granted: false });
    for (let i = 0; i < 10; i += 1) {
      expect(await limiter.take('k', Number.POSITIVE_INFINITY, 1000)).toEqual({ granted: true });
    }
  });

  it('counts on when a limit is in use for long', async () => {
    const clock = createManualClock();
    const limiter = createInProcessLimiter(clock);
    for (let i = 0; i < 1000; i += 1) {
      clock.advance(10);
      expect((await limiter.take('k', 100, 1000)).granted).toBe(true);
    }
    expect((await limiter.take('k', 100, 1000)).granted).toBe(false);
  });
});
