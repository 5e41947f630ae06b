// @ts-check
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { whenClosed } from '@chat/test-support';
import { WebSocket } from 'ws';

const timeoutMs = 20_000;
const pollMs = 10;

/** Environment of a Node.js program that lets `connectInspector` use a free port. */
export const inspectable = { NODE_OPTIONS: '--inspect-port=127.0.0.1:0' };

/**
 * Starts the inspector of a running program, or uses the one that was started before, and connects to it.
 * @param {import('@chat/test-support').ManagedProcess} program started with the environment {@link inspectable}
 */
export async function connectInspector(program) {
  const url = () => /Debugger listening on (ws:\S+)/.exec(program.stderr)?.[1];
  // Node.js starts its inspector at this signal.
  if (url() === undefined) program.signal('SIGUSR1');
  const deadline = performance.now() + timeoutMs;
  while (url() === undefined) {
    if (performance.now() > deadline)
      throw new Error('The inspector of the program did not start.');
    await delay(pollMs);
  }
  const socket = new WebSocket(url() ?? '');
  await once(socket, 'open');
  /** @type {Map<number, (result: any) => void>} */
  const pending = new Map();
  socket.on('message', (text) => {
    const { id, result } = JSON.parse(String(text));
    pending.get(id)?.(result);
    pending.delete(id);
  });
  let commands = 0;
  return {
    /**
     * Runs a command of the Chrome DevTools Protocol and returns its result.
     * @param {string} method
     * @param {object} [params]
     * @returns {Promise<any>}
     */
    send: (method, params) =>
      new Promise((resolve) => {
        commands += 1;
        pending.set(commands, resolve);
        socket.send(JSON.stringify({ id: commands, method, params }));
      }),
    /** Resolves when the connection is closed. */
    async close() {
      socket.close();
      await whenClosed(socket);
    },
  };
}
