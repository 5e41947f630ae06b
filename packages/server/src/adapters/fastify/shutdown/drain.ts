import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { AdapterContext } from '../adapter-context.js';
import { fulfilsWithin } from '../fulfils-within.js';
import { processRequestsInOrder } from '../limits/pipelined-requests.js';
import { trackConnections } from './connection-tracker.js';

/**
 * Makes `close()` of the application graceful: no new work starts, requests in progress finish, and sockets close with a
 * code that makes clients reconnect. At the deadline the remaining connections are closed.
 */
export function drainOnClose(
  scope: FastifyInstance,
  context: AdapterContext,
  terminateSockets: () => void,
): void {
  const connections = trackConnections(scope.server, (connection) =>
    processRequestsInOrder(connection, context.writeTimeoutMs),
  );
  scope.addHook('onSend', (_request, reply, _payload, done) => {
    // A keep-alive connection would delay closing.
    if (context.draining) reply.header('Connection', 'close');
    done();
  });
  let deadline: NodeJS.Timeout | undefined;
  scope.addHook('onClose', async () => {
    // Fastify waits for the main server only, and "localhost" can have connections on secondary ones.
    if (!connections.hasSecondaryServers()) clearTimeout(deadline);
  });
  scope.addHook('preClose', async () => {
    context.draining = true;
    deadline = setTimeout(() => {
      terminateSockets();
      connections.closeAll();
    }, context.drainTimeoutMs);
    deadline.unref();
    const lameDuck = delay(Math.min(context.lameDuckMs, context.drainTimeoutMs));
    if (!(await fulfilsWithin(context.api.drain(), context.drainTimeoutMs))) {
      scope.log.warn('Some requests in progress could not finish.');
    }
    await lameDuck;
    connections.closeUnused();
  });
}
