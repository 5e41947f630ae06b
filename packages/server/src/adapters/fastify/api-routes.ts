import { Readable } from 'node:stream';
import { type Route, type RouteName, routes } from '@chat/contract';
import type { FastifyInstance } from 'fastify';
import { notFound, unavailable } from '../../domain/errors.js';
import { routeBodyMaxBytes } from '../../domain/http/body-size.js';
import type { AdapterContext } from './adapter-context.js';
import { FastifyChatRequest } from './chat-request.js';
import { allowOrigins } from './cors.js';
import { sendNotFound } from './errors.js';
import { drainRequestBody } from './limits/drain-request-body.js';
import { streamEvents } from './limits/stream-events.js';
import { streamJson } from './limits/stream-json.js';
import { disableBodyParsing } from './request-body.js';

/** Registers the routes of the contract in a scope at the base path. */
export async function apiRoutes(
  scope: FastifyInstance,
  { context }: { context: AdapterContext },
): Promise<void> {
  if (context.allowedOrigins.length > 0) await allowOrigins(scope, context.allowedOrigins);
  scope.addHook('onRequest', (request, _reply, done) => {
    // Before the body is read.
    if (request.is404) done(notFound(request.method));
    else if (context.draining) done(unavailable('The server is stopping; try again in a moment.'));
    else done();
  });
  scope.setNotFoundHandler(sendNotFound);
  // Without this route, a request for an unknown path would reach the static files, outside of this scope.
  scope.get('/*', sendNotFound);
  disableBodyParsing(scope);
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const maxBodyBytes = routeBodyMaxBytes(route, context.bodyLimitBytes);
    scope.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const chatRequest = new FastifyChatRequest(request, reply, maxBodyBytes);
        const response = await context.api.handle(name, chatRequest);
        if (chatRequest.hasUnreadBody) drainRequestBody(request.raw);
        reply.code(response.status).headers(response.headers);
        if ('events' in response) {
          return reply.send(streamEvents(response.events, reply.raw, context.writeTimeoutMs));
        }
        reply.type('application/json; charset=utf-8');
        const { json } = response;
        if (typeof json !== 'string') {
          return reply.send(streamJson(json, reply.raw, context.writeTimeoutMs));
        }
        // The response to a HEAD. Fastify adds a Content-Length to any body but a stream.
        return json === '' ? reply.send(Readable.from([])) : json;
      },
    });
  }
}
