import type { FastifyInstance } from 'fastify';
import { unavailable } from '../../../domain/errors.js';
import type { AdapterContext } from '../adapter-context.js';
import { fulfilsWithin } from '../fulfils-within.js';

const storeTimeoutMs = 2_000;
const redisDownDetail =
  'Redis is unavailable: rate limits and socket limits apply to this instance only.';

/** Its code is not loaded at the start, which it would slow down. */
async function createDocument(): Promise<string> {
  const { createOpenApiDocument } = await import('@chat/contract/documents');
  return JSON.stringify(createOpenApiDocument());
}

/** Routes for operators and load balancers. */
export function healthRoutes(scope: FastifyInstance, context: AdapterContext): void {
  let document: Promise<string> | undefined;

  scope.get('/healthz', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
    return { status: 'ok' };
  });
  scope.get('/readyz', async (_request, reply) => {
    if (context.draining) throw unavailable('The server is stopping.');
    if (!(await fulfilsWithin(context.store.ping(), storeTimeoutMs))) {
      throw unavailable('The store does not respond.');
    }
    reply.header('Cache-Control', 'no-store');
    // Still ready: an instance without Redis is better than none.
    const isAlone = context.isRedisUp?.() === false;
    return isAlone ? { status: 'ready', detail: redisDownDetail } : { status: 'ready' };
  });
  scope.get('/openapi.json', async (_request, reply) => {
    reply.type('application/json; charset=utf-8');
    document ??= createDocument();
    return document;
  });
}
