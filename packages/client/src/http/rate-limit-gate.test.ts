import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ActiveOperations } from '../lib/cancellation-scope.js';
import { RateLimitGate } from './rate-limit-gate.js';

const createError = (waitMs: number) => new Error(`too long: ${waitMs}`);

/** A gate, and the calls that it admitted or rejected. */
function createGate() {
  const gate = new RateLimitGate(() => Date.now());
  const log: string[] = [];
  const acquire = (name: string, position: number, maxWaitMs = 60_000, signal?: AbortSignal) => {
    const admitted = new ActiveOperations().run(name, signal, (scope) =>
      gate.acquire(position, scope, maxWaitMs, createError),
    );
    admitted.then(
      () => log.push(name),
      (error: Error) => log.push(`${name}: ${error.message}`),
    );
    return admitted;
  };
  return { gate, log, acquire };
}

describe('the gate', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
  });

  it('admits the oldest call first, and the next one after its response', async () => {
    const { gate, log, acquire } = createGate();
    gate.closeFor(1_000);
    for (const position of [3, 1, 2]) void acquire(`call ${position}`, position);

    await vi.advanceTimersByTimeAsync(999);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['call 1']);
    gate.release(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['call 1', 'call 2']);
    gate.release(2);
    gate.release(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['call 1', 'call 2', 'call 3']);
    expect(gate.isOpen()).toBe(false);
    gate.release(3);
    expect(gate.isOpen()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits again when the admitted call is rate limited, and then admits it first', async () => {
    const { gate, log, acquire } = createGate();
    gate.closeFor(1_000);
    for (const position of [1, 2]) void acquire(`call ${position}`, position);

    await vi.advanceTimersByTimeAsync(1_000);
    gate.closeFor(5_000);
    gate.release(1);
    void acquire('call 1 again', 1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(log).toEqual(['call 1']);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['call 1', 'call 1 again']);
  });

  it('does not open earlier after a shorter wait', async () => {
    const { gate, log, acquire } = createGate();
    gate.closeFor(5_000);
    gate.closeFor(1_000);
    void acquire('call', 1);

    await vi.advanceTimersByTimeAsync(4_999);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['call']);
  });

  it('rejects calls that may not wait that long, at once and when the wait grows', async () => {
    const { gate, log, acquire } = createGate();
    gate.closeFor(1_000);
    void acquire('short', 1, 999);
    void acquire('long', 2, 10_000);
    void acquire('medium', 3, 1_000);
    gate.closeFor(2_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['short: too long: 1000', 'medium: too long: 2000']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log.at(-1)).toBe('long');
  });

  it('is not blocked by an aborted call, waiting or just admitted', async () => {
    const { gate, log, acquire } = createGate();
    const waiting = new AbortController();
    const admitted = new AbortController();
    gate.closeFor(1_000);
    void acquire('admitted', 1, 60_000, admitted.signal);
    void acquire('waiting', 2, 60_000, waiting.signal);
    void acquire('last', 3);

    waiting.abort();
    vi.advanceTimersByTime(1_000);
    // In the same turn of the event loop in which it was admitted: the call does not notice.
    admitted.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['waiting: waiting was aborted.', 'admitted: admitted was aborted.']);
    gate.release(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(log.at(-1)).toBe('last');
  });

  it('admits a login while the admitted call waits for it', async () => {
    const { gate, log, acquire } = createGate();
    gate.closeFor(1_000);
    void acquire('call', 1);
    void acquire('next', 2);
    await vi.advanceTimersByTimeAsync(1_000);
    void acquire('login', -1);
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['call', 'login']);
  });

  it('opens after its wait even if the injected clock does not advance', async () => {
    const gate = new RateLimitGate(() => 0);
    gate.closeFor(1_000);
    const admitted = vi.fn();
    void new ActiveOperations()
      .run('call', undefined, (scope) => gate.acquire(1, scope, 60_000, createError))
      .then(admitted);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(admitted).toHaveBeenCalled();
  });

  it('does not wait longer when the clock is set back', async () => {
    let now = 7_200_000;
    const gate = new RateLimitGate(() => now);
    gate.closeFor(1_000);
    now -= 3_600_000;
    expect(gate.opensInMs()).toBe(1_000);
    const admitted = vi.fn();
    void new ActiveOperations()
      .run('call', undefined, (scope) => gate.acquire(1, scope, 60_000, createError))
      .then(admitted);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(admitted).toHaveBeenCalled();
  });

  it('has no timer when no call waits', async () => {
    const { gate, acquire } = createGate();
    const controller = new AbortController();
    gate.closeFor(1_000);
    expect(vi.getTimerCount()).toBe(0);
    acquire('call', 1, 60_000, controller.signal).catch(() => {});
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    expect(vi.getTimerCount()).toBe(0);
  });
});
