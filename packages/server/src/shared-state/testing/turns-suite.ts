import { expect, it } from 'vitest';
import { createManualClock } from '../../chat/manual-clock.js';
import type { SharedStateSubject } from './shared-state-subject.js';

/** Work that ends when it is told to, and says when it has begun. */
function held() {
  let finish = (): void => {};
  let begin = (): void => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const work = () => {
    begin();
    return done;
  };
  return { work, begun, finish };
}

export function turnsSuite(subject: SharedStateSubject): void {
  const open = async (turnsWaiting: number) => {
    const instances = await subject.open({ clock: createManualClock(), turnsWaiting });
    return (at: number) => instances[at % instances.length]!.turns;
  };

  it('runs the work of one user one at a time everywhere, whatever becomes of it', async () => {
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

  it('keeps the order in which work came to one instance', async () => {
    const at = await open(30);
    const log: number[] = [];
    const runs = Array.from({ length: 10 }, (_, i) => at(0).run('ada', async () => log.push(i)));
    await Promise.all(runs);
    expect(log).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });

  it('lets no user wait for another', async () => {
    const at = await open(10);
    const slow = held();
    const first = at(0).run('ada', slow.work);
    await slow.begun;
    expect(await at(1).run('bob', async () => 'done')).toBe('done');
    slow.finish();
    await first;
  });

  it('refuses who would wait behind too many, and takes others when the line is shorter', async () => {
    const at = await open(1);
    const [one, two] = [held(), held()];
    const runs = [at(0).run('ada', one.work), at(0).run('ada', two.work)];
    await expect(at(0).run('ada', async () => 'no')).rejects.toMatchObject({ status: 503 });
    one.finish();
    await runs[0];
    const third = at(0).run('ada', async () => 'yes');
    two.finish();
    expect(await third).toBe('yes');
    await Promise.all(runs);
  });

  it('gives the turn to another instance when one has had it', async () => {
    const at = await open(10);
    const first = held();
    const log: string[] = [];
    const runs = [at(0).run('ada', first.work)];
    await first.begun;
    const other = at(1).run('ada', async () => log.push('other'));
    first.finish();
    await Promise.all([...runs, other]);
    expect(log).toEqual(['other']);
  });
}
