import { expect, test } from 'vitest';
import { call, history, listen, logIn, send } from '../cluster/caller.js';
import type { Cluster } from '../cluster/describe-cluster.js';

const patient = { timeout: 30_000, interval: 100 };

/** What `docs/operations.md` promises when one of several instances is gone. */
export function oneInstanceKilled(cluster: () => Cluster, user: string): void {
  test('of which one is killed serve on, free its sockets’ places, and finish with its keys what it began', async () => {
    const { url, instances } = cluster();
    const victim = instances[0]!;
    const token = await logIn(url, user);
    const three = await Promise.all([1, 2, 3].map(() => listen(victim.url, token)));
    expect(three.map(({ greeted }) => greeted)).toEqual([true, true, true]);
    const calls = Array.from({ length: 20 }, (_, n) =>
      send(victim.url, token, `Message ${n}`, `key-${n}`).then(
        ({ status }) => status,
        () => 'cut',
      ),
    );
    await Promise.race(calls);
    await victim.end();
    await Promise.all(calls);
    for (const socket of three) await expect.poll(() => socket.closeCode, patient).toBe(1006);

    // The balancer passes over it, and the same keys give each message once.
    for (let n = 0; n < 20; n += 1) {
      const answer = await send(url, token, `Message ${n}`, `key-${n}`);
      expect(answer.status).toBe(200);
    }
    const said = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (let n = 0; n < 20; n += 1) {
      expect(said.filter((text) => text === `user Message ${n}`)).toHaveLength(1);
      expect(said.filter((text) => text === `assistant Message ${n}`)).toHaveLength(1);
    }
    await expect
      .poll(async () => {
        const socket = await listen(url, token);
        await socket.close();
        return socket.greeted;
      }, patient)
      .toBe(true);
    await victim.start();
    expect((await call(victim.url, '/readyz')).status).toBe(200);
  });
}
