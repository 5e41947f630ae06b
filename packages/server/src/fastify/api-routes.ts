import { type Route, type RouteName, routes } from '@chat/contract';
import type { FastifyInstance } from 'fastify';
import { nothingHere, unavailable } from '../chat/problem.js';
import { Call } from './call.js';
import { leaveBodiesUnread } from './call-body.js';
import { allowOrigins } from './cors.js';
import { discardRest } from './discard-rest.js';
import type { Door } from './door.js';
import { answerNotFound } from './errors.js';

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
  // Else static files, which are below every path, would be looked for here too, outside of this scope.
  scope.get('/*', answerNotFound);
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
