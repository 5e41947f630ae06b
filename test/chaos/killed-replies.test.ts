import { type ServerProcess, servicesAvailable } from '@chat/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTopology } from '../../scripts/cluster/topology.mjs';
import { PacedModel } from '../replies/paced-model.js';
import { Viewer } from '../replies/viewer.js';
import { seededRandom } from '../support/seeded-random.js';
import { withoutRateLimits } from '../survival/load-client.js';
import { chaosKills, chaosSeed, timeoutMs } from './settings.js';

/** In each round, two of the three instances are killed. */
const rounds = Math.ceil(chaosKills / 3);
const names = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'];
/** Words that an instance has received from the model when it is killed. */
const maxWords = 30;

describe.skipIf(!servicesAvailable('PostgreSQL', 'Redis'))('replies on three instances', () => {
  const model = new PacedModel();
  const viewers = names.map((name) => new Viewer(name));
  const random = seededRandom(chaosSeed);
  let topology: Awaited<ReturnType<typeof startTopology>>;

  beforeAll(async () => {
    await model.start();
    topology = await startTopology({
      instances: 0,
      users: names.map((name) => `${name}:s3cret`),
      environment: {
        ...withoutRateLimits,
        CHAT_ASSISTANT_MODEL: 'paced',
        // The sockets of an instance that was killed count for a while.
        CHAT_SOCKETS_PER_USER: '20',
      },
    });
    const start = (name: string) =>
      topology.addInstance({ CHAT_ASSISTANT_URL: model.url(name) }).start();
    await Promise.all(['0', '1', '2'].map(start));
  }, 180_000);

  afterAll(async () => {
    for (const viewer of viewers) viewer.close();
    await topology?.stop();
    await model.close();
  });

  async function runRound(): Promise<void> {
    const { instances } = topology;
    const survivor = instances[Math.floor(random() * instances.length)]!;
    const victims = instances.filter((instance) => instance !== survivor);
    const victimOf = (at: number) => victims[at % victims.length]!;
    await Promise.all(viewers.map((viewer, at) => viewer.connect(survivor.url, victimOf(at).url)));
    const requests = viewers.map((viewer, at) =>
      viewer.request(victimOf(at).url, random() < 0.5 ? 'ask' : 'regenerate'),
    );
    /** Waits for a random moment of the replies on this instance, or until there are none. */
    const moment = (instance: ServerProcess, ended: Promise<unknown>) => {
      const words = 1 + Math.floor(random() * maxWords);
      return Promise.race([model.sent(String(instances.indexOf(instance)), words), ended]);
    };
    const stops = viewers
      .filter(() => random() < 0.3)
      .map(async (viewer) => {
        const at = viewers.indexOf(viewer);
        await moment(victimOf(at), requests[at]!);
        await viewer.stop();
      });
    const kills = victims.map(async (victim) => {
      await moment(victim, Promise.all(requests));
      await victim.kill();
      await victim.start();
    });
    await Promise.all([...requests, ...stops, ...kills]);
    await Promise.all(viewers.map((viewer) => viewer.expectConsistent(model.outputs)));
  }

  test(
    `are stored at most once, as the model sent them and every client displayed them, through ${rounds * 2} kills (SIGKILL)`,
    async () => {
      for (let round = 0; round < rounds; round += 1) await runRound();
      const lost = viewers.reduce((sum, { lostResponses }) => sum + lostResponses, 0);
      expect(lost).toBeGreaterThan(0);
    },
    timeoutMs(rounds, 0),
  );
});
