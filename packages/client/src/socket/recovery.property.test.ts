import type { Message } from '@chat/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SocketDependencies } from './dependencies.js';
import type { SocketMessage } from './events.js';
import { Feed } from './feed.js';

type Step = { do: 'say'; content: string } | { do: 'cut' } | { do: 'wait'; turns: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('say' as const),
        content: fc.constantFrom('ok', 'no', 'so'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        turns: fc.integer({ min: 1, max: 9 }),
      }),
    },
  ),
  { maxLength: 120 },
);

/**
 * A backend and a reader, whose frames and pages arrive when the scheduler says so: frames in their
 * order, pages before or after frames that were sent earlier.
 */
async function play(scheduler: fc.Scheduler, script: Step[], withIds: boolean) {
  const stored: Message[] = [];
  const shown: SocketMessage[] = [];
  const results: boolean[] = [];
  let line: { over: AbortController; frames: Promise<unknown> } | undefined;

  const history = async (query: { page: number; pageSize: number }) => {
    await scheduler.schedule(Promise.resolve(), 'ask');
    const newestFirst = stored.toReversed();
    await scheduler.schedule(Promise.resolve(), 'answer');
    const begin = (query.page - 1) * query.pageSize;
    return {
      messages: newestFirst.slice(begin, begin + query.pageSize),
      pagination: { ...query, total: newestFirst.length },
    };
  };
  const silent = () => {};
  const feed = new Feed(
    {
      history,
      random: () => 0,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
    } as unknown as SocketDependencies,
    1000,
    {
      show: (event) => event.type === 'message' && shown.push(event.data),
      missed: () => {},
      recovered: ({ complete }) => results.push(complete),
    },
  );
  const connect = () => {
    line = { over: new AbortController(), frames: Promise.resolve() };
    return line.over.signal;
  };
  const say = (content: string) => {
    const number = stored.length;
    const message: Message = { role: 'user', content, timestamp: `${number}` };
    if (withIds) message.id = `m${number}`;
    stored.push(message);
    const to = line;
    if (to === undefined) return;
    to.frames = to.frames
      .then(() => scheduler.schedule(Promise.resolve(), 'frame'))
      .then(() => {
        if (!to.over.signal.aborted) feed.take({ type: 'message', data: { ...message } });
      });
  };

  const since = withIds ? '0' : undefined;
  const begun = feed.begin(connect(), since);
  for (const step of script) {
    if (step.do === 'say') say(step.content);
    if (step.do === 'wait') {
      for (let turn = 0; turn < step.turns && scheduler.count() > 0; turn += 1) {
        await scheduler.waitOne();
      }
    }
    if (step.do === 'cut') {
      // Without ids, what is in the first history counts as old: a frame of it that is lost is lost.
      if (results.length === 0) await scheduler.waitFor(begun.then(() => line?.frames));
      line?.over.abort();
      void feed.begin(connect(), since);
    }
  }
  await scheduler.waitIdle();
  return { stored, shown, results };
}

test.each([
  ['with ids', true],
  ['without ids', false],
])(
  'shows every message once and in order, whatever is cut and delayed (%s)',
  async (_name, withIds) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, async (scheduler, script) => {
        const { stored, shown, results } = await play(scheduler, script, withIds);
        expect(shown).toEqual(stored);
        expect(results).not.toContain(false);
      }),
      { numRuns: 300 },
    );
  },
);
