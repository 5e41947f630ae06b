import { once } from 'node:events';
import { expect } from 'vitest';
import WebSocket from 'ws';
import type { Program } from '../../scripts/program.mjs';

/** For the environment of a program whose garbage is to be collected: a debugger's port of its own. */
export const collectable = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

/** Has a running program collect its garbage, so that what its heap holds is what it needs. */
export async function collectGarbage(program: Program): Promise<void> {
  const inspector = () => /Debugger listening on (ws:\S+)/.exec(program.log)?.[1];
  if (inspector() === undefined) program.signal('SIGUSR1');
  await expect.poll(inspector).toBeDefined();
  const socket = new WebSocket(inspector() ?? '');
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
  await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
}
