import { once } from 'node:events';
import { expect, test } from 'vitest';
import { history, listen } from '../cluster/caller.js';
import { describeCluster } from '../cluster/describe-cluster.js';
import { openLine } from '../support/raw-http.js';
import { credentials, Load, users, withoutAllowance } from './load.js';

const options = { instances: 2, users: credentials, environment: withoutAllowance };

describeCluster('an instance that is told to stop under load', options, (cluster) => {
  test('cuts nothing that it accepted, sends sockets elsewhere, and ends although one peer does not read', async () => {
    const [stopping, staying] = cluster().instances as [
      ReturnType<typeof cluster>['instances'][0],
      ReturnType<typeof cluster>['instances'][0],
    ];
    const load = new Load();
    await load.logIn(cluster().url);
    const sockets = await Promise.all(
      users.map((user) => listen(stopping.url, load.tokenOf(user))),
    );
    const deaf = await openLine(stopping.url);
    deaf.on('error', () => {});
    deaf.write(
      `GET /ws/chat?token=${load.tokenOf('ada')} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(deaf, 'data');
    deaf.pause();

    const talking = load.talk(stopping.url);
    await expect.poll(() => load.acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(40);
    const stopped = stopping.stop();
    await talking;
    expect(load.cut).toBe(0);
    expect(new Set(load.refusals)).toEqual(new Set([503]));
    expect(await stopped).toBe(0);
    deaf.destroy();

    for (const [at, socket] of sockets.entries()) {
      await expect.poll(() => socket.closeCode, { timeout: 10_000 }).toBe(1012);
      const token = load.tokenOf(users[at] ?? '');
      // All that was stored was shown before the socket was sent away: whoever comes back misses nothing.
      const stored = (await history(staying.url, token)).map(({ id }) => id);
      expect(socket.messages.map(({ id }) => id)).toEqual(stored);
      const again = await listen(staying.url, token);
      expect(again.greeted).toBe(true);
      await again.close();
    }
    await load.repeatInterrupted(staying.url);
    await load.expectKept(staying.url);
  });
});
