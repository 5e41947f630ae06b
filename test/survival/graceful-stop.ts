import { once } from 'node:events';
import { ChatClient } from '@chat/client';
import { expect, test } from 'vitest';
import type { Cluster } from '../cluster/describe-cluster.js';
import { history, listen } from '../cluster/http-calls.js';
import { openConnection } from '../support/raw-http.js';
import type { LoadClient } from './load-client.js';

const polling = { timeout: 30_000, interval: 100 };
/** As promised in docs/operations/failure-modes.md; the program ends remaining work 0.5 s before. */
const stopsWithinMs = 10_000;

/** A user's client, the messages it received, and the close codes of its sockets. */
async function connectClient(url: string, username: string) {
  const client = new ChatClient({
    baseUrl: url,
    credentials: { username, password: 's3cret' },
  });
  const socket = client.connect({ backoff: { minDelayMs: 50, maxDelayMs: 500 } });
  const received: (string | undefined)[] = [];
  const codes: (number | string | undefined)[] = [];
  socket.on('message', ({ id }) => received.push(id));
  socket.on('state', ({ code }) => codes.push(code));
  await expect.poll(() => socket.state, polling).toBe('open');
  return { client, received, codes };
}

/** What `docs/operations/failure-modes.md` promises when one of several instances is stopped. */
export function gracefulStop(cluster: () => Cluster, load: LoadClient): void {
  test('of which one is stopped under load lose no response, and clients reconnect to others without a gap', async () => {
    const { instances, url } = cluster();
    const [stopping, staying] = [instances[0]!, instances[1]!];
    await load.logIn(url);
    const sockets = await Promise.all(
      load.users.map((user) => listen(stopping.url, load.tokenOf(user))),
    );
    const clients = [];
    for (const user of load.users) clients.push(await connectClient(url, user));
    const neverReads = await openConnection(stopping.url);
    neverReads.on('error', () => {});
    neverReads.write(
      `GET /ws/chat?token=${load.tokenOf(load.users[0]!)} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(neverReads, 'data');
    neverReads.pause();

    const sending = load.sendMessages(stopping.url);
    await expect.poll(() => load.acknowledged.length, polling).toBeGreaterThan(40);
    const stopped = stopping.stop({ timeoutMs: stopsWithinMs });
    await sending;
    expect(load.lostResponses).toEqual([]);
    expect(new Set(load.errorStatuses)).toEqual(new Set([503]));
    expect(await stopped).toBe(0);
    neverReads.destroy();

    for (const [at, socket] of sockets.entries()) {
      await expect.poll(() => socket.closeCode, polling).toBe(1012);
      // Every stored message was delivered before the socket was closed.
      const stored = await history(staying.url, load.tokenOf(load.users[at]!));
      expect(socket.messages.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    }
    expect(clients.flatMap(({ codes }) => codes)).toContain(1012);
    await load.resendUnanswered(staying.url);
    await load.expectStored(staying.url);
    for (const [at, { client, received }] of clients.entries()) {
      const stored = await history(staying.url, load.tokenOf(load.users[at]!));
      await expect.poll(() => received, polling).toEqual(stored.map(({ id }) => id));
      client.close();
    }
    await stopping.start();
  });
}
