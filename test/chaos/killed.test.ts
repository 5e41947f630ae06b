import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RestartableBackend } from '../support/backends/backend.js';
import { programBackend } from '../support/backends/program-backend.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { seededRandom } from '../support/random.js';
import { parameters, stormKills, timeoutMs } from './settings.js';
import { storm } from './storm.js';
import {
  expectAllStored,
  expectNothingLostNothingTwice,
  expectOwnAnswers,
  expectRepliesToMessages,
} from './verdict.js';
import type { Place } from './weather.js';

/** Messages between two kills, on the average. */
const every = 40;
const messages = (stormKills + 1) * every;
/** The longest that the assistant thinks: a kill finds it at it, more often than not. */
const longestThoughtMs = 20;
/** How long is waited for messages that do not come. */
const patienceMs = 10_000;

leaveNothingBehind();

/** One kill: after how many more messages, and how long after the last of them. */
const kill = fc.record({ after: fc.integer({ min: every / 2, max: every }), ms: fc.nat(30) });
const plan = fc.record({
  seed: fc.integer(),
  kills: fc.array(kill, { minLength: stormKills, maxLength: stormKills }),
});

test(
  `messages and questions of three sockets through ${stormKills} kills (SIGKILL): each stored and shown once, in one order, and no question has another's answer`,
  async () => {
    const property = fc.asyncProperty(plan, async ({ seed, kills }) => {
      const random = seededRandom(seed);
      const trouble = async ({ backend, proxy, settled }: Place<RestartableBackend>) => {
        for (const { after, ms } of kills) {
          await settled.reaches(settled.count + after, patienceMs);
          await setTimeout(ms);
          await backend.stop('abruptly');
          await backend.start();
          proxy.target = backend.port;
        }
      };
      const result = await storm({
        kind: programBackend,
        seed,
        messages,
        atOnce: 4,
        askShare: 0.5,
        async reply(said) {
          await setTimeout(random() * longestThoughtMs);
          return `re: ${said}`;
        },
        trouble,
      });
      expectNothingLostNothingTwice(result);
      expectAllStored(result);
      expectRepliesToMessages(result);
      expectOwnAnswers(result);
      const said = result.speakers.flatMap((speaker) => speaker.said);
      const asked = said.filter(({ how }) => how === 'ask');
      const answered = asked.filter(({ answer }) => answer !== undefined);
      // All but what was under way at a kill.
      expect(answered.length).toBeGreaterThan(asked.length / 2);
    });
    await fc.assert(property, parameters(1));
  },
  timeoutMs(1, messages),
);
