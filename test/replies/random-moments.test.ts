import fc from 'fast-check';
import { describe, test } from 'vitest';
import { openRedisSharedState } from '../../packages/server/src/shared-state/redis/redis-shared-state.js';
import { describeRedis } from '../../packages/server/src/shared-state/testing/describe-redis.js';
import { parameters } from '../chaos/settings.js';
import { ReplyWorld } from './reply-world.js';

/** Far more than needed: a killed instance holds its user's turn until its lock expires. */
const timeoutMs = 60_000;

type Action = readonly [
  name:
    | 'ask'
    | 'stream'
    | 'step'
    | 'stop'
    | 'join'
    | 'leave'
    | 'drop'
    | 'repeat'
    | 'regenerate'
    | 'kill',
  number: number,
];

const number = fc.nat({ max: 20 });
const action = (weight: number, name: Action[0]) => ({
  weight,
  arbitrary: number.map((value): Action => [name, value]),
});
const everyday = [
  action(3, 'ask'),
  action(4, 'stream'),
  action(12, 'step'),
  action(4, 'stop'),
  action(4, 'join'),
  action(2, 'leave'),
  action(2, 'drop'),
  action(3, 'repeat'),
  action(2, 'regenerate'),
];

async function apply(world: ReplyWorld, [name, value]: Action): Promise<void> {
  switch (name) {
    case 'ask':
      return world.ask(value, false);
    case 'stream':
      return world.ask(value, true);
    case 'step':
      return world.model.step();
    case 'stop':
      return world.stop(value);
    case 'join':
      return world.join(value);
    case 'leave':
      return world.leave(value);
    case 'drop':
      return world.dropStream(value);
    case 'repeat':
      return world.repeat(value);
    case 'regenerate':
      return world.regenerate(value);
    case 'kill':
      return world.kill(value);
  }
}

const nextTask = () => new Promise((resolve) => setImmediate(resolve));

/** Runs the actions, some at once and some after a short pause, and checks the result. */
async function run(world: ReplyWorld, actions: readonly Action[]): Promise<void> {
  try {
    await world.logIn();
    for (const each of actions) {
      await apply(world, each);
      const pauses = each[1] % 4;
      for (let pause = 0; pause < pauses; pause += 1) await nextTask();
      if (world.instances.length === 1 && pauses > 2) world.expectTextSoFar();
    }
    await world.finish(timeoutMs);
    await world.expectConsistent(timeoutMs);
  } finally {
    await world.close();
  }
}

describe('stops, disconnects and repeats at random moments', () => {
  test(
    'leave one reply per question and regeneration, which every client has displayed at every moment',
    async () => {
      const actions = fc.array(fc.oneof(...everyday), { minLength: 20, maxLength: 60 });
      const property = fc.asyncProperty(actions, (given) =>
        run(new ReplyWorld([undefined]), given),
      );
      await fc.assert(property, parameters(40));
    },
    timeoutMs * 5,
  );
});

describeRedis('the same on three instances', (server) => {
  const openInstances = async () => {
    const open = () => openRedisSharedState({ url: server().url, timeoutMs: 10_000 });
    return new ReplyWorld(await Promise.all([open(), open(), open()]));
  };
  const test3 = (title: string, runs: number, actions: fc.Arbitrary<Action[]>) =>
    test(
      title,
      async () => {
        const property = fc.asyncProperty(actions, async (given) =>
          run(await openInstances(), given),
        );
        await fc.assert(property, parameters(runs));
      },
      timeoutMs * 5 * runs,
    );

  test3(
    'leaves one reply per question and regeneration, which every client has displayed',
    4,
    fc.array(fc.oneof(...everyday), { minLength: 20, maxLength: 40 }),
  );

  test3(
    'also when an instance is killed',
    2,
    fc
      .tuple(
        fc.array(fc.oneof(...everyday), { minLength: 10, maxLength: 15 }),
        fc.array(fc.oneof(...everyday), { minLength: 5, maxLength: 10 }),
        number,
      )
      .map(([before, after, killed]): Action[] => [
        ...before,
        ['stream', killed],
        ['step', 3],
        ['kill', killed],
        ...after,
      ]),
  );
});
