import { headers, type Route, type RouteName, routes } from '@chat/contract';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { nothingHere, unavailable } from '../chat/problem.js';
import { Call } from './call.js';
import { leaveBodiesUnread } from './call-body.js';
import { discardRest } from './discard-rest.js';
import type { Door } from './door.js';
import { answerNotFound } from './errors.js';

const preflightMaxAgeSeconds = 600;

/** The routes of the contract's table, in a scope that is mounted at the base path. */
export async function apiRoutes(scope: FastifyInstance, { door }: { door: Door }): Promise<void> {
  if (door.origins.length > 0) await allowOrigins(scope, door.origins);
  scope.addHook('onRequest', (request, _reply, done) => {
    // Before the body is read: what is sent to nowhere is not worth reading.
    if (request.is404) done(nothingHere(request.method));
    else if (door.draining) done(unavailable('The server is stopping; try again in a moment.'));
    else done();
  });
  scope.setNotFoundHandler(answerNotFound);
  leaveBodiesUnread(scope);
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    scope.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const call = new Call(request, reply, door.bodyLimitBytes);
        const answer = await door.api.handle(name, call);
        if (call.isUnread) discardRest(request.raw);
        reply.code(answer.status).headers(answer.headers).type('application/json; charset=utf-8');
        return answer.json;
      },
    });
  }
}

/** Lets pages of these origins call and read what the protocol puts into headers. */
async function allowOrigins(scope: FastifyInstance, origins: readonly string[]): Promise<void> {
  await scope.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      headers.idempotencyKey,
      headers.prefer,
      headers.requestId,
      // W3C Trace Context: pages that are traced send them with every call.
      'traceparent',
      'tracestate',
    ],
    exposedHeaders: [
      headers.extensions,
      headers.idempotencyReplayed,
      headers.preferenceApplied,
      headers.requestId,
      headers.retryAfter,
    ],
    maxAge: preflightMaxAgeSeconds,
    strictPreflight: false,
  });
}
