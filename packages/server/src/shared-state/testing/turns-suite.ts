import { expect, it } from 'vitest';
import { createManualClock } from '../../domain/runtime/manual-clock.js';
import type { SharedStateUnderTest } from './shared-state-under-test.js';

/** Work that runs until `finish` is called. */
function createPausedWork() {
  let finish = (): void => {};
  let start = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const work = () => {
    start();
    return finished;
  };
  return { work, started, finish };
}

export function turnsSuite(subject: SharedStateUnderTest): void {
  const open = async (maxQueuedTurns: number) => {
    const instances = await subject.open({ clock: createManualClock(), maxQueuedTurns });
    return (at: number) => instances[at % instances.length]!.turns;
  };

  it('runs the work of one user one at a time over all instances, also when some of it fails', async () => {
    const at = await open(30);
    let running = 0;
    const runs = Array.from({ length: 30 }, (_, i) =>
      at(i).run('ada', async () => {
        running += 1;
        expect(running).toBe(1);
        await new Promise(setImmediate);
        running -= 1;
        if (i === 2) throw new Error('failed');
      }),
    );
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });

  it('keeps the order of the work of one instance', async () => {
    const at = await open(30);
    const log: number[] = [];
    const runs = Array.from({ length: 10 }, (_, i) => at(0).run('ada', async () => log.push(i)));
    await Promise.all(runs);
    expect(log).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });

  it('does not make a user wait for another user', async () => {
    const at = await open(10);
    const slow = createPausedWork();
    const first = at(0).run('ada', slow.work);
    await slow.started;
    expect(await at(1).run('bob', async () => 'done')).toBe('done');
    slow.finish();
    await first;
  });

  it('rejects work when the queue is full, and accepts work when it is shorter', async () => {
    const at = await open(1);
    const [one, two] = [createPausedWork(), createPausedWork()];
    const runs = [at(0).run('ada', one.work), at(0).run('ada', two.work)];
    await expect(at(0).run('ada', async () => 'no')).rejects.toMatchObject({ status: 503 });
    one.finish();
    await runs[0];
    const third = at(0).run('ada', async () => 'yes');
    two.finish();
    expect(await third).toBe('yes');
    await Promise.all(runs);
  });

  it('passes the turn to a waiting instance', async () => {
    const at = await open(10);
    const first = createPausedWork();
    const log: string[] = [];
    const runs = [at(0).run('ada', first.work)];
    await first.started;
    const other = at(1).run('ada', async () => log.push('other'));
    first.finish();
    await Promise.all([...runs, other]);
    expect(log).toEqual(['other']);
  });
}
