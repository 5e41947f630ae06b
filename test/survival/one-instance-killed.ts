import { expect, test } from 'vitest';
import type { Cluster } from '../cluster/describe-cluster.js';
import { call, history, listen, logIn, send } from '../cluster/http-calls.js';

const polling = { timeout: 30_000, interval: 100 };

/** What `docs/operations/failure-modes.md` promises when one of several instances is killed. */
export function oneInstanceKilled(cluster: () => Cluster, user: string): void {
  test('of which one is killed still serve, free its socket leases, and finish its messages by their keys', async () => {
    const { url, instances } = cluster();
    const victim = instances[0]!;
    const token = await logIn(url, user);
    const three = await Promise.all([1, 2, 3].map(() => listen(victim.url, token)));
    expect(three.map(({ greeted }) => greeted)).toEqual([true, true, true]);
    const calls = Array.from({ length: 20 }, (_, n) =>
      send(victim.url, token, `Message ${n}`, `key-${n}`).then(
        ({ status }) => status,
        () => 'connection lost',
      ),
    );
    await Promise.race(calls);
    await victim.kill();
    await Promise.all(calls);
    for (const socket of three) await expect.poll(() => socket.closeCode, polling).toBe(1006);

    // The balancer skips it, and the same keys store each message once.
    for (let n = 0; n < 20; n += 1) {
      const response = await send(url, token, `Message ${n}`, `key-${n}`);
      expect(response.status).toBe(200);
    }
    const texts = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (let n = 0; n < 20; n += 1) {
      expect(texts.filter((text) => text === `user Message ${n}`)).toHaveLength(1);
      expect(texts.filter((text) => text === `assistant Message ${n}`)).toHaveLength(1);
    }
    await expect
      .poll(async () => {
        const socket = await listen(url, token);
        await socket.close();
        return socket.greeted;
      }, polling)
      .toBe(true);
    await victim.start();
    expect((await call(victim.url, '/readyz')).status).toBe(200);
  });
}
