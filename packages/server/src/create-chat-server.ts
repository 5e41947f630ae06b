import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify';
import { chatPlugin } from './adapters/fastify/chat-plugin.js';
import { corsHeadersFor } from './adapters/fastify/cors.js';
import { sendError, sendNotFound } from './adapters/fastify/errors.js';
import { IncomingRequest } from './adapters/fastify/incoming-request.js';
import { createClientErrorHandler } from './adapters/fastify/limits/client-errors.js';
import { createConsoleLogger } from './adapters/fastify/observability/console-logger.js';
import { logRequests } from './adapters/fastify/observability/log.js';
import type { ChatServerOptions } from './adapters/fastify/server-options.js';
import { validateServerOptions } from './adapters/fastify/validate-options.js';
import { HttpError, notFound } from './domain/errors.js';
import { commonHeaders } from './domain/http/common-headers.js';
import { defaultLimits } from './domain/limits.js';
import { maxTimerMs, systemClock } from './domain/runtime/system-clock.js';
import { createUuidGenerator } from './domain/runtime/uuid-generator.js';
import type { TrustedProxies } from './options/trusted-proxies.js';

const defaultHeadersMs = 10_000;
const defaultRequestMs = 30_000;
const defaultIdleMs = 120_000;
/** Added to the assistant's timeout, so that the connection outlives the reply. */
const idleMarginMs = 30_000;

/**
 * Creates a chat server: a Fastify instance that is ready to `listen`. Its `close` waits for requests in progress and closes
 * sockets with 1012, so that clients reconnect.
 *
 * @throws RangeError when `jwtSecret` is shorter than 32 bytes or `timeZone` is unknown.
 * @throws TypeError when another option is unknown or invalid.
 * @example
 * ```ts
 * import { createChatServer } from '@chat/server';
 *
 * const app = await createChatServer({ users: [{ username: 'ada', password: 's3cret' }] });
 * const url = await app.listen({ port: 0 });
 * ```
 */
export function createChatServer(options: ChatServerOptions = {}): Promise<FastifyInstance> {
  return createServer(options);
}

/** Like `createChatServer`, with options of Fastify. */
export async function createServer(
  options: ChatServerOptions,
  fastifyOptions: Pick<FastifyServerOptions, 'schemaController'> = {},
): Promise<FastifyInstance> {
  validateServerOptions(options);
  const { logger = createConsoleLogger(), timeouts = {}, trustProxy, ...pluginOptions } = options;
  const headersMs = timeouts.headersMs ?? defaultHeadersMs;
  const requestMs = Math.max(timeouts.requestMs ?? defaultRequestMs, headersMs);
  const idGenerator = createUuidGenerator(options.clock ?? systemClock);
  const app = fastify({
    ...fastifyOptions,
    // Fastify's type also requires `silent`, which Fastify does not call.
    loggerInstance: logger as FastifyBaseLogger,
    // Fastify's own log lines contain URLs with tokens.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: toFastifyTrustProxy(trustProxy),
    // Fastify has no timeout for a slow body, and Node checks only every 30 s.
    requestTimeout: requestMs,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: Math.min(1_000, headersMs),
      // Node would reject it without a body; the hook below does it with one.
      requireHostHeader: false,
      IncomingMessage: IncomingRequest,
    },
    connectionTimeout: timeouts.idleMs ?? idleMs(options),
    // While stopping, our own response has `detail` and `Retry-After`.
    return503OnClosing: false,
    clientErrorHandler: createClientErrorHandler(idGenerator),
    // Errors before any of our hooks has run.
    frameworkErrors: (error, request, reply) => {
      reply.headers(commonHeaders(request.id));
      reply.headers(corsHeadersFor(options.corsOrigins ?? [], request.headers.origin));
      sendError(error, request, reply);
    },
  });
  // Node would reject an unknown expectation without a body; RFC 9110 (10.1.1) lets a server ignore it.
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response);
  });
  logRequests(app);
  // Called and not registered, so that its headers and errors apply to every path.
  await chatPlugin(app, pluginOptions);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      done(new HttpError(400, 'The request must have a Host header.'));
    } else {
      done(request.is404 ? notFound(request.method) : undefined);
    }
  });
  app.setNotFoundHandler(sendNotFound);
  return app;
}

function idleMs({ limits }: ChatServerOptions): number {
  const assistantMs = limits?.assistantTimeoutMs ?? defaultLimits.assistantTimeoutMs;
  // The assistant's timeout can be Infinity, which is not a valid Node timeout.
  return Math.min(Math.max(defaultIdleMs, assistantMs + idleMarginMs), maxTimerMs);
}

/** Fastify trusts no proxy when it gets a number, so hops are counted here. */
function toFastifyTrustProxy(trusted: TrustedProxies = []) {
  if (typeof trusted !== 'number') return trusted.length > 0 && [...trusted];
  return (_address: string, hop: number) => hop < trusted;
}
