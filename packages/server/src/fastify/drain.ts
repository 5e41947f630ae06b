import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Door } from './door.js';
import { trackLines } from './lines.js';
import { settlesWithin } from './settles-within.js';

/**
 * Makes `close()` of the application a clean end: no new work, answers under way finish, sockets are
 * told to come back elsewhere. Whoever does not read by the deadline is cut off, so that it ends at all.
 */
export function drainOnClose(scope: FastifyInstance, door: Door, cutSockets: () => void): void {
  const lines = trackLines(scope.server);
  scope.addHook('onSend', (_request, reply, _payload, done) => {
    // A line kept alive would keep the closing server waiting.
    if (door.draining) reply.header('Connection', 'close');
    done();
  });
  let deadline: NodeJS.Timeout | undefined;
  scope.addHook('onClose', async () => {
    // "localhost" may have lines of other addresses when the server that is waited for has none.
    if (!lines.haveOthers()) clearTimeout(deadline);
  });
  scope.addHook('preClose', async () => {
    door.draining = true;
    deadline = setTimeout(() => {
      cutSockets();
      lines.cutAll();
    }, door.drainTimeoutMs);
    deadline.unref();
    const lameDuck = delay(Math.min(door.lameDuckMs, door.drainTimeoutMs));
    if (!(await settlesWithin(door.api.drain(), door.drainTimeoutMs))) {
      scope.log.warn('Not all that was under way could be finished.');
    }
    await lameDuck;
    lines.cutSilent();
  });
}
