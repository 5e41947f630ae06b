import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RestartableBackend } from '../support/backends/backend.js';
import { serverProcessBackend } from '../support/backends/server-process-backend.js';
import { expectNoLeaks } from '../support/leaks.js';
import { seededRandom } from '../support/seeded-random.js';
import {
  expectAllStored,
  expectExactlyOnce,
  expectMatchingReplies,
  expectRepliesToMessages,
} from './assertions.js';
import { runChaos } from './chaos-run.js';
import type { Environment } from './fault-injector.js';
import { chaosKills, parameters, timeoutMs } from './settings.js';

/** Average number of messages between two kills. */
const messagesPerKill = 40;
const messages = (chaosKills + 1) * messagesPerKill;
/** Long enough that most kills happen while the assistant generates a reply. */
const maxReplyDelayMs = 20;
/** How long to wait for the messages before a kill. */
const maxWaitMs = 10_000;

expectNoLeaks();

/** One kill: after this number of further messages, and `ms` after the last of them. */
const kill = fc.record({
  after: fc.integer({ min: messagesPerKill / 2, max: messagesPerKill }),
  ms: fc.nat(30),
});
const plan = fc.record({
  seed: fc.integer(),
  kills: fc.array(kill, { minLength: chaosKills, maxLength: chaosKills }),
});

test(
  `stores and delivers each message once and in order, with its own reply, through ${chaosKills} kills (SIGKILL)`,
  async () => {
    const property = fc.asyncProperty(plan, async ({ seed, kills }) => {
      const random = seededRandom(seed);
      const injectFaults = async ({ backend, proxy, settled }: Environment<RestartableBackend>) => {
        for (const { after, ms } of kills) {
          await settled.waitFor(settled.count + after, maxWaitMs);
          await setTimeout(ms);
          await backend.stop('abruptly');
          await backend.start();
          proxy.target = backend.port;
        }
      };
      const result = await runChaos({
        kind: serverProcessBackend,
        seed,
        messages,
        concurrency: 4,
        askShare: 0.5,
        async reply(content) {
          await setTimeout(random() * maxReplyDelayMs);
          return `re: ${content}`;
        },
        injectFaults,
      });
      expectExactlyOnce(result);
      expectAllStored(result);
      expectRepliesToMessages(result);
      expectMatchingReplies(result);
      const sent = result.clients.flatMap((client) => client.sent);
      const questions = sent.filter(({ via }) => via === 'ask');
      const answered = questions.filter(({ reply }) => reply !== undefined);
      // All except those in progress at a kill.
      expect(answered.length).toBeGreaterThan(questions.length / 2);
    });
    await fc.assert(property, parameters(1));
  },
  timeoutMs(1, messages),
);
