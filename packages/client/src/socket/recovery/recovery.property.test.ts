import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../types/models.js';
import type { SocketDependencies } from '../dependencies.js';
import type { SocketMessage } from '../events.js';
import { GapRecovery } from './gap-recovery.js';

type Step = { do: 'send'; content: string } | { do: 'cut' } | { do: 'wait'; turns: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
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
 * A backend and a client. The scheduler decides when frames and pages arrive: frames in their order, pages before or
 * after frames that were sent earlier.
 */
async function run(scheduler: fc.Scheduler, script: Step[], withIds: boolean) {
  const stored: Message[] = [];
  const delivered: SocketMessage[] = [];
  const results: boolean[] = [];
  let connection: { controller: AbortController; frames: Promise<unknown> } | undefined;

  const history = async (query: { page: number; pageSize: number }) => {
    await scheduler.schedule(Promise.resolve(), 'request');
    const newestFirst = stored.toReversed();
    await scheduler.schedule(Promise.resolve(), 'response');
    const begin = (query.page - 1) * query.pageSize;
    return {
      messages: newestFirst.slice(begin, begin + query.pageSize),
      pagination: { ...query, total: newestFirst.length },
    };
  };
  const noop = () => {};
  const recovery = new GapRecovery(
    {
      history,
      random: () => 0,
      logger: { debug: noop, info: noop, warn: noop, error: noop },
    } as unknown as SocketDependencies,
    1000,
    {
      deliver: (event) => event.type === 'message' && delivered.push(event.data),
      messagesMissed: () => {},
      recovered: ({ complete }) => results.push(complete),
    },
  );
  const connect = () => {
    connection = { controller: new AbortController(), frames: Promise.resolve() };
    return connection.controller.signal;
  };
  const store = (content: string) => {
    const number = stored.length;
    const message: Message = { role: 'user', content, timestamp: `${number}` };
    if (withIds) message.id = `m${number}`;
    stored.push(message);
    const current = connection;
    if (current === undefined) return;
    current.frames = current.frames
      .then(() => scheduler.schedule(Promise.resolve(), 'frame'))
      .then(() => {
        if (!current.controller.signal.aborted)
          recovery.receive({ type: 'message', data: { ...message } });
      });
  };

  const since = withIds ? '0' : undefined;
  const begun = recovery.start(connect(), since);
  for (const step of script) {
    if (step.do === 'send') store(step.content);
    if (step.do === 'wait') {
      for (let turn = 0; turn < step.turns && scheduler.count() > 0; turn += 1) {
        await scheduler.waitOne();
      }
    }
    if (step.do === 'cut') {
      // Without ids, messages of the first history page count as old, so their frames must arrive before the cut.
      if (results.length === 0) await scheduler.waitFor(begun.then(() => connection?.frames));
      connection?.controller.abort();
      void recovery.start(connect(), since);
    }
  }
  await scheduler.waitIdle();
  return { stored, delivered, results };
}

test.each([
  ['with ids', true],
  ['without ids', false],
])(
  'delivers every message once and in order across cuts and delays (%s)',
  async (_name, withIds) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, async (scheduler, script) => {
        const { stored, delivered, results } = await run(scheduler, script, withIds);
        expect(delivered).toEqual(stored);
        expect(results).not.toContain(false);
      }),
      { numRuns: 300 },
    );
  },
);
