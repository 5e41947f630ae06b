import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.js';

describe('the machine’s clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps a wait that is longer than a timer can be', () => {
    const task = vi.fn();
    const month = 30 * 86_400_000;
    systemClock.after(month, task);
    vi.advanceTimersByTime(month - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledOnce();
  });

  it.each([1_000, 30 * 86_400_000])('takes a wait of %d ms back', (ms) => {
    const task = vi.fn();
    const cancel = systemClock.after(ms, task);
    vi.advanceTimersByTime(ms - 1);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs at once what is overdue', () => {
    const task = vi.fn();
    systemClock.after(-5, task);
    vi.advanceTimersByTime(0);
    expect(task).toHaveBeenCalledOnce();
  });
});
