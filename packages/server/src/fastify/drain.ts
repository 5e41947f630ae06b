import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Door } from './door.js';
import { settlesWithin } from './settles-within.js';
import { trackSilentLines } from './silent-lines.js';

/**
 * Makes `close()` of the application a clean end: no new work, answers under way finish, sockets are
 * told to come back elsewhere. Whoever does not read by the deadline is cut off, so that it ends at all.
 */
export function drainOnClose(scope: FastifyInstance, door: Door, cutSockets: () => void): void {
  const cutSilentLines = trackSilentLines(scope.server);
  let deadline: ReturnType<typeof setTimeout> | undefined;
  scope.addHook('onSend', (_request, reply, _payload, done) => {
    // A line kept alive would keep the closing server waiting.
    if (door.draining) reply.header('Connection', 'close');
    done();
  });
  scope.addHook('preClose', async () => {
    door.draining = true;
    deadline = setTimeout(() => {
      cutSockets();
      scope.server.closeAllConnections();
    }, door.drainTimeoutMs);
    const lameDuck = delay(Math.min(door.lameDuckMs, door.drainTimeoutMs));
    if (!(await settlesWithin(door.api.drain(), door.drainTimeoutMs))) {
      scope.log.warn('Not all that was under way could be finished.');
    }
    await lameDuck;
    cutSilentLines();
  });
  scope.addHook('onClose', async () => {
    clearTimeout(deadline);
  });
}
