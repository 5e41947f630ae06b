import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LiveScopes } from './live-scopes.js';
import { RateGate } from './rate-gate.js';

const refuse = (waitMs: number) => new Error(`refused: ${waitMs}`);

/** A gate with a list of who came through. */
function line() {
  const gate = new RateGate(() => Date.now());
  const through: string[] = [];
  const enter = (name: string, order: number, longestMs = 60_000, signal?: AbortSignal) => {
    const passed = new LiveScopes().around(name, signal, (scope) =>
      gate.enter(order, scope, longestMs, refuse),
    );
    passed.then(
      () => through.push(name),
      (error: Error) => through.push(`${name}: ${error.message}`),
    );
    return passed;
  };
  return { gate, through, enter };
}

describe('the gate', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
  });

  it('lets the oldest call out first, and the next when that one was answered', async () => {
    const { gate, through, enter } = line();
    gate.close(1_000);
    for (const order of [3, 1, 2]) void enter(`call ${order}`, order);

    await vi.advanceTimersByTimeAsync(999);
    expect(through).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(through).toEqual(['call 1']);
    gate.leave(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual(['call 1', 'call 2']);
    gate.leave(2);
    gate.leave(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual(['call 1', 'call 2', 'call 3']);
    expect(gate.isFree()).toBe(false);
    gate.leave(3);
    expect(gate.isFree()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits anew when the call that was let out is told to, and lets it out first again', async () => {
    const { gate, through, enter } = line();
    gate.close(1_000);
    for (const order of [1, 2]) void enter(`call ${order}`, order);

    await vi.advanceTimersByTimeAsync(1_000);
    gate.close(5_000);
    gate.leave(1);
    void enter('call 1 again', 1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(through).toEqual(['call 1']);
    await vi.advanceTimersByTimeAsync(1);
    expect(through).toEqual(['call 1', 'call 1 again']);
  });

  it('is never opened earlier by a shorter wait', async () => {
    const { gate, through, enter } = line();
    gate.close(5_000);
    gate.close(1_000);
    void enter('call', 1);

    await vi.advanceTimersByTimeAsync(4_999);
    expect(through).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(through).toEqual(['call']);
  });

  it('refuses who may not wait so long, when they come and when the wait grows', async () => {
    const { gate, through, enter } = line();
    gate.close(1_000);
    void enter('hurried', 1, 999);
    void enter('patient', 2, 10_000);
    void enter('calm', 3, 1_000);
    gate.close(2_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual(['hurried: refused: 1000', 'calm: refused: 2000']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(through.at(-1)).toBe('patient');
  });

  it('is not held up by a call that gave up, waiting or just let out', async () => {
    const { gate, through, enter } = line();
    const waiting = new AbortController();
    const out = new AbortController();
    gate.close(1_000);
    void enter('just out', 1, 60_000, out.signal);
    void enter('waiting', 2, 60_000, waiting.signal);
    void enter('last', 3);

    waiting.abort();
    vi.advanceTimersByTime(1_000);
    // In the same turn in which it was let out: it never gets to know.
    out.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual(['waiting: waiting was aborted.', 'just out: just out was aborted.']);
    gate.leave(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(through.at(-1)).toBe('last');
  });

  it('lets a login past the call that is out alone and waits for it', async () => {
    const { gate, through, enter } = line();
    gate.close(1_000);
    void enter('call', 1);
    void enter('next', 2);
    await vi.advanceTimersByTimeAsync(1_000);
    void enter('login', -1);
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual(['call', 'login']);
  });

  it('opens after its wait even when the clock that it was given stands still', async () => {
    const gate = new RateGate(() => 0);
    gate.close(1_000);
    const passed = vi.fn();
    void new LiveScopes()
      .around('call', undefined, (scope) => gate.enter(1, scope, 60_000, refuse))
      .then(passed);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(passed).toHaveBeenCalled();
  });

  it('is closed for no longer than was asked, also when the clock steps back meanwhile', async () => {
    let now = 7_200_000;
    const gate = new RateGate(() => now);
    gate.close(1_000);
    now -= 3_600_000;
    expect(gate.opensInMs()).toBe(1_000);
    const passed = vi.fn();
    void new LiveScopes()
      .around('call', undefined, (scope) => gate.enter(1, scope, 60_000, refuse))
      .then(passed);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(passed).toHaveBeenCalled();
  });

  it('keeps no timer when nobody waits', async () => {
    const { gate, enter } = line();
    const controller = new AbortController();
    gate.close(1_000);
    expect(vi.getTimerCount()).toBe(0);
    enter('call', 1, 60_000, controller.signal).catch(() => {});
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    expect(vi.getTimerCount()).toBe(0);
  });
});
