import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './system-clock.js';

describe('systemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('supports delays longer than the maximum of setTimeout', () => {
    const task = vi.fn();
    const month = 30 * 86_400_000;
    systemClock.after(month, task);
    vi.advanceTimersByTime(month - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledOnce();
  });

  it.each([1_000, 30 * 86_400_000])('cancels a delay of %d ms', (ms) => {
    const task = vi.fn();
    const cancel = systemClock.after(ms, task);
    vi.advanceTimersByTime(ms - 1);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs an overdue task at once', () => {
    const task = vi.fn();
    systemClock.after(-5, task);
    vi.advanceTimersByTime(0);
    expect(task).toHaveBeenCalledOnce();
  });
});
