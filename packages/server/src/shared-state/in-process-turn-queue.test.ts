import { expect, it } from 'vitest';
import { createInProcessTurnQueue } from './in-process-turn-queue.js';

/** Work that ends when it is told to. */
function held() {
  let finish = (): void => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { work: () => done, finish };
}

it('runs the work of one user in order, one at a time, whatever becomes of it', async () => {
  const queue = createInProcessTurnQueue({ turnsWaiting: 10 });
  const log: string[] = [];
  let running = 0;
  const runs = Array.from({ length: 5 }, (_, i) =>
    queue.run('ada', async () => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      log.push(`${i}`);
      running -= 1;
      if (i === 2) throw new Error('failed');
      return i;
    }),
  );
  const outcomes = await Promise.allSettled(runs);
  expect(log).toEqual(['0', '1', '2', '3', '4']);
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    true,
    false,
    true,
    true,
  ]);
});

it('lets no user wait for another', async () => {
  const queue = createInProcessTurnQueue({ turnsWaiting: 10 });
  const slow = held();
  const first = queue.run('ada', slow.work);
  expect(await queue.run('bob', async () => 'done')).toBe('done');
  slow.finish();
  await first;
});

it('refuses who would wait behind too many, and takes others when the line is shorter', async () => {
  const queue = createInProcessTurnQueue({ turnsWaiting: 1 });
  const [one, two] = [held(), held()];
  const runs = [queue.run('ada', one.work), queue.run('ada', two.work)];
  await expect(queue.run('ada', async () => 'no')).rejects.toMatchObject({ status: 503 });
  one.finish();
  await runs[0];
  const third = queue.run('ada', async () => 'yes');
  two.finish();
  expect(await third).toBe('yes');
  await Promise.all(runs);
});
