import { expect, test } from 'vitest';
import { call, Listener } from '../cluster/caller.js';
import { describeCluster } from '../cluster/describe-cluster.js';
import { collectable, collectGarbage } from './collect-garbage.js';
import { credentials, Load, users, withoutAllowance } from './load.js';

// A window that is over soon: the time of each message is remembered until then, as it must be.
const environment = { ...withoutAllowance, ...collectable, CHAT_LIMIT_WINDOW_MS: '1000' };
const options = { instances: 2, users: credentials, environment };
/** What may differ for reasons of the engine's own: code it compiled, and tables it will use again. */
const heapMargin = 2_000_000;
const waves = 30;
const warmUp = 5;

async function figures(url: string) {
  const { body } = await call(url, '/metrics');
  const read = (name: string) =>
    Number(new RegExp(`^${name}(?:\\{\\})? (\\S+)`, 'm').exec(body)?.[1]);
  return {
    heap: read('nodejs_heap_size_used_bytes'),
    descriptors: read('process_open_fds'),
    sockets: read('chat_sockets'),
    waiting: read('chat_turns_waiting') + read('chat_turns_under_way'),
  };
}

describeCluster('instances that are used for long', options, (cluster) => {
  test('end where they began: memory, descriptors, sockets, queues', async () => {
    const { instances, url } = cluster();
    const urls = instances.map((instance) => instance.url);
    const load = new Load();
    await load.logIn(url);

    const wave = async (): Promise<void> => {
      const sockets = users.flatMap((user) =>
        [...urls, ...urls].map((instance) => new Listener(instance, load.tokenOf(user))),
      );
      await Promise.all(sockets.map((socket) => socket.decided()));
      const talk = new AbortController();
      const talking = urls.map((instance) => load.talk(instance, talk.signal));
      const before = load.acknowledged.length;
      await expect
        .poll(() => load.acknowledged.length, { timeout: 30_000 })
        .toBeGreaterThan(before + 50);
      talk.abort();
      await Promise.all(talking);
      // Some leave in good order, some just go.
      for (const [at, socket] of sockets.entries()) {
        if (at % 2 === 0) socket.socket.terminate();
        else socket.socket.close();
      }
      for (const instance of urls) {
        await expect
          .poll(() => figures(instance), { timeout: 30_000 })
          .toMatchObject({ sockets: 0, waiting: 0 });
      }
    };

    const settled = () =>
      Promise.all(
        instances.map(async (instance) => {
          await collectGarbage(instance);
          return figures(instance.url);
        }),
      );
    for (let n = 0; n < warmUp; n += 1) await wave();
    const before = await settled();
    for (let n = 0; n < waves; n += 1) await wave();
    const after = await settled();
    for (const [at, { descriptors, heap }] of before.entries()) {
      // Lines to PostgreSQL are opened when they are needed and kept: ten at most.
      expect(after[at]?.descriptors).toBeLessThanOrEqual(descriptors + 10);
      expect(after[at]?.heap).toBeLessThan(heap + heapMargin);
    }
    expect(load.cut).toBe(0);
    expect(load.refusals).toEqual([]);
  }, 180_000);
});
