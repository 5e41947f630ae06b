import { describe, expect, it } from 'vitest';
import { createManualClock } from './manual-clock.js';

describe('a manual clock', () => {
  it('does not change until it is advanced', () => {
    const clock = createManualClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(500);
    expect(clock.now()).toBe(1500);
  });

  it('runs due tasks in order and at their time', () => {
    const clock = createManualClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name} at ${clock.now()}`);
    clock.after(20, note('second'));
    clock.after(10, () => {
      note('first')();
      clock.after(5, note('nested'));
      clock.after(90, note('too late'));
    });
    clock.after(20, note('third'));
    const cancel = clock.after(15, note('cancelled'));
    cancel();
    clock.advance(50);
    expect(ran).toEqual(['first at 10', 'nested at 15', 'second at 20', 'third at 20']);
    expect(clock.now()).toBe(50);
    expect(clock.pending).toBe(1);
  });

  it('resets to its start time', () => {
    const clock = createManualClock(7);
    clock.after(10, () => {
      throw new Error('should have been taken back');
    });
    clock.advance(5);
    clock.reset();
    expect(clock.now()).toBe(7);
    clock.advance(100);
    expect(clock.pending).toBe(0);
  });
});
