import { type FastifyInstance, fastify, LogController } from 'fastify';
import { announcement } from './chat/announcement.js';
import { longestTimerMs, systemClock } from './chat/clock.js';
import { createIdentifiers } from './chat/identifiers.js';
import { defaultLimits } from './chat/limits.js';
import { nothingHere, Problem } from './chat/problem.js';
import { chatPlugin } from './fastify/chat-plugin.js';
import { checkServerOptions } from './fastify/check-options.js';
import { createClientErrorHandler } from './fastify/client-errors.js';
import { createConsoleLogger } from './fastify/console-log.js';
import { readableBy } from './fastify/cors.js';
import { answerError, answerNotFound } from './fastify/errors.js';
import { IncomingRequest } from './fastify/incoming-request.js';
import { logRequests } from './fastify/log.js';
import type { ChatServerOptions } from './fastify/server-options.js';
import { toTrustProxy } from './fastify/trust-proxy.js';

const defaultHeadersMs = 10_000;
const defaultRequestMs = 30_000;
const defaultIdleMs = 120_000;
/** What a line may be silent beyond the assistant's time. */
const idleMarginMs = 30_000;

/**
 * A chat server: a Fastify instance that is ready to `listen`, and whose `close` lets answers under way
 * finish and tells sockets to come back (1012).
 *
 * @throws RangeError when `jwtSecret` is shorter than 32 bytes or `timeZone` names no zone.
 * @throws TypeError when there is no such option, or another cannot be meant.
 * @example
 * ```ts
 * import { createChatServer } from '@chat/server';
 *
 * const app = await createChatServer({ users: [{ username: 'ada', password: 's3cret' }] });
 * const url = await app.listen({ port: 0 });
 * ```
 */
export async function createChatServer(options: ChatServerOptions = {}): Promise<FastifyInstance> {
  checkServerOptions(options);
  const { logger = createConsoleLogger(), timeouts = {}, trustProxy, ...pluginOptions } = options;
  const headersMs = timeouts.headersMs ?? defaultHeadersMs;
  const requestMs = Math.max(timeouts.requestMs ?? defaultRequestMs, headersMs);
  const identifiers = createIdentifiers(options.clock ?? systemClock);
  const app = fastify({
    loggerInstance: logger,
    // Fastify's own lines carry whole URLs, and tokens travel in those.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: toTrustProxy(trustProxy),
    // Fastify leaves a trickled body alone for ever, and Node looks for late ones only every 30 s.
    requestTimeout: requestMs,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: Math.min(1_000, headersMs),
      // Node would refuse it without a word; the hook below does so with one.
      requireHostHeader: false,
      IncomingMessage: IncomingRequest,
    },
    connectionTimeout: timeouts.idleMs ?? idleMs(options),
    // While stopping we answer ourselves, with `detail` and Retry-After.
    return503OnClosing: false,
    clientErrorHandler: createClientErrorHandler(identifiers),
    // What Fastify answers before any hook of ours has run.
    frameworkErrors: (error, request, reply) => {
      reply.headers(announcement(request.id));
      reply.headers(readableBy(options.corsOrigins ?? [], request.headers.origin));
      answerError(error, request, reply);
    },
  });
  // Node would answer an expectation that it does not know itself, with no body; it is ours to ignore (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response);
  });
  logRequests(app);
  // Called instead of registered: its headers and its kind of errors are to be on every path.
  await chatPlugin(app, pluginOptions);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      done(new Problem(400, 'The request must name its Host.'));
    } else {
      done(request.is404 ? nothingHere(request.method) : undefined);
    }
  });
  app.setNotFoundHandler(answerNotFound);
  return app;
}

function idleMs({ limits }: ChatServerOptions): number {
  const assistantMs = limits?.assistantTimeoutMs ?? defaultLimits.assistantTimeoutMs;
  // Infinity is a time that an assistant may take, and none that Node can wait.
  return Math.min(Math.max(defaultIdleMs, assistantMs + idleMarginMs), longestTimerMs);
}
