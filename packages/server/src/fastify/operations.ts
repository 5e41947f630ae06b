import { createOpenApiDocument } from '@chat/contract/documents';
import type { FastifyInstance } from 'fastify';
import { unavailable } from '../chat/problem.js';
import type { Door } from './door.js';
import { settlesWithin } from './settles-within.js';

const storeAnswersWithinMs = 2_000;
const alone = 'Redis is away: this instance counts allowances and sockets for itself.';

/** What the people and machines that keep the server running ask for. */
export function operationRoutes(scope: FastifyInstance, door: Door): void {
  const document = JSON.stringify(createOpenApiDocument());

  scope.get('/healthz', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
    return { status: 'ok' };
  });
  scope.get('/readyz', async (_request, reply) => {
    if (door.draining) throw unavailable('The server is stopping.');
    if (!(await settlesWithin(door.store.ping(), storeAnswersWithinMs))) {
      throw unavailable('The store does not answer.');
    }
    reply.header('Cache-Control', 'no-store');
    // Ready all the same: an instance that counts for itself serves better than none.
    const isAlone = door.isShared?.() === false;
    return isAlone ? { status: 'ready', detail: alone } : { status: 'ready' };
  });
  scope.get('/openapi.json', async (_request, reply) => {
    reply.type('application/json; charset=utf-8');
    return document;
  });
}
