// The memory of an idle socket.
import { forkRealtime } from './fork-realtime.mjs';
import { handshakeOf, openConnections } from './many-clients.mjs';

/** Bytes of resident memory that each of `count` idle sockets adds to a new server. */
export async function memoryPerSocket(name, count, secret) {
  const server = await forkRealtime(name, secret);
  const open = (number, user) =>
    openConnections({
      port: server.port,
      count: number,
      ...handshakeOf(name, secret, (index) => `${user}-${index}`),
    });
  // The first sockets also pay for compiled code and pools.
  const first = await open(Math.min(200, count), 'first');
  const before = await server.rss();
  const added = await open(count, 'user');
  const after = await server.rss();
  for (const { assertOpen, close } of [first, added]) {
    assertOpen();
    close();
  }
  await server.stop();
  return (after - before) / count;
}
