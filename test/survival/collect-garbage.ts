import { once } from 'node:events';
import { type ServerProcess, whenClosed } from '@chat/test-support';
import { expect } from 'vitest';
import WebSocket from 'ws';

/** Environment that lets `collectGarbage` connect to a debugger on a free port. */
export const collectable = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

/** Collects the garbage of a running server, so that its heap holds only what it needs. */
export async function collectGarbage(server: ServerProcess): Promise<void> {
  const inspector = () => /Debugger listening on (ws:\S+)/.exec(server.log)?.[1];
  if (inspector() === undefined) server.signal('SIGUSR1');
  await expect.poll(inspector).toBeDefined();
  const socket = new WebSocket(inspector() ?? '');
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
  await once(socket, 'message');
  socket.close();
  await whenClosed(socket);
}
