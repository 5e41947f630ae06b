import { once } from 'node:events';
import { ChatClient } from '@chat/client';
import { expect, test } from 'vitest';
import { history, listen } from '../cluster/caller.js';
import type { Cluster } from '../cluster/describe-cluster.js';
import { openLine } from '../support/raw-http.js';
import type { Load } from './load.js';

const patient = { timeout: 30_000, interval: 100 };
/** The promise of docs/operations.md; the program itself ends what is left 0.5 s before. */
const stopsWithinMs = 10_000;

/** A user's own client: what it showed, and the codes that its sockets ended with. */
async function talkThrough(url: string, username: string) {
  const client = new ChatClient({
    baseUrl: url,
    credentials: { username, password: 's3cret' },
  });
  const socket = client.connect({ backoff: { minMs: 50, maxMs: 500 } });
  const shown: (string | undefined)[] = [];
  const codes: (number | undefined)[] = [];
  socket.on('message', ({ id }) => shown.push(id));
  socket.on('state', ({ code }) => codes.push(code));
  await expect.poll(() => socket.state, patient).toBe('open');
  return { client, shown, codes };
}

/** What `docs/operations.md` promises when one of several instances is told to stop. */
export function stoppingUnderLoad(cluster: () => Cluster, load: Load): void {
  test('of which one is told to stop under load cut nothing, and clients come back elsewhere without a gap', async () => {
    const { instances, url } = cluster();
    const [stopping, staying] = [instances[0]!, instances[1]!];
    await load.logIn(url);
    const sockets = await Promise.all(
      load.users.map((user) => listen(stopping.url, load.tokenOf(user))),
    );
    const clients = [];
    for (const user of load.users) clients.push(await talkThrough(url, user));
    const deaf = await openLine(stopping.url);
    deaf.on('error', () => {});
    deaf.write(
      `GET /ws/chat?token=${load.tokenOf(load.users[0]!)} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(deaf, 'data');
    deaf.pause();

    const talking = load.talk(stopping.url);
    await expect.poll(() => load.acknowledged.length, patient).toBeGreaterThan(40);
    const stopped = stopping.stop(stopsWithinMs);
    await talking;
    expect(load.cut).toBe(0);
    expect(new Set(load.refusals)).toEqual(new Set([503]));
    expect(await stopped).toBe(0);
    deaf.destroy();

    for (const [at, socket] of sockets.entries()) {
      await expect.poll(() => socket.closeCode, patient).toBe(1012);
      // All that was stored was shown before the socket was sent away.
      const stored = await history(staying.url, load.tokenOf(load.users[at]!));
      expect(socket.messages.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    }
    expect(clients.flatMap(({ codes }) => codes)).toContain(1012);
    await load.completeInterrupted(staying.url);
    await load.expectKept(staying.url);
    for (const [at, { client, shown }] of clients.entries()) {
      const stored = await history(staying.url, load.tokenOf(load.users[at]!));
      await expect.poll(() => shown, patient).toEqual(stored.map(({ id }) => id));
      client.close();
    }
    await stopping.start();
  });
}
