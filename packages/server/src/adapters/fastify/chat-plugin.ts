import { basePath, headers } from '@chat/contract';
import type { FastifyInstance } from 'fastify';
import { argon2Hasher } from '../../auth/argon2-hasher.js';
import { createTokenSigner } from '../../auth/token-signer.js';
import type { ChatApi, UserCredentials } from '../../domain/api.js';
import { createChatApi } from '../../domain/create-chat-api.js';
import { bodyMaxBytes } from '../../domain/http/body-size.js';
import { commonHeaders } from '../../domain/http/common-headers.js';
import { resolveRequestId } from '../../domain/http/request-id.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { inMemoryDependencies } from '../../in-memory.js';
import type { AdapterContext } from './adapter-context.js';
import { apiRoutes } from './api-routes.js';
import { logRejectedOrigins } from './cors.js';
import { sendError } from './errors.js';
import { startRequestsInOrder } from './limits/pipelined-requests.js';
import { validateHeaders } from './limits/validate-headers.js';
import { healthRoutes } from './observability/health-routes.js';
import { useSafeLogger } from './observability/log.js';
import {
  createChatMetrics,
  createMetricsRecorder,
  meteredLeases,
  meteredLimiter,
  meteredTurns,
  metricsRoute,
} from './observability/metrics.js';
import { tracedAssistant, tracedTurns, traceFrame } from './observability/tracing.js';
import type { ChatPluginOptions } from './options.js';
import { securityHeaders } from './security-headers.js';
import { drainOnClose } from './shutdown/drain.js';
import { staticFiles } from './static-files.js';
import { validatePluginOptions } from './validate-options.js';
import { websocketRoute } from './websocket-route.js';

const drainTimeoutMs = 8_000;
const writeTimeoutMs = 30_000;

/**
 * The chat as a Fastify plugin: `register(chatPlugin, options)`, optionally with a `prefix`. Its parsers, error handlers
 * and headers apply to its own scope only. Register `@fastify/websocket` before it or not at all. Behind a proxy, set
 * Fastify's `trustProxy` to the address or network of the proxy, never to `true`, which lets clients choose their own
 * address. With `return503OnClosing: false` the plugin itself rejects requests while the application stops (ERR-9);
 * otherwise Fastify does, with a different body and without `Retry-After`.
 *
 * @throws RangeError when `jwtSecret` is shorter than 32 bytes or `timeZone` is unknown.
 * @throws TypeError when another option is unknown or invalid.
 * @example
 * ```ts
 * import Fastify from 'fastify';
 * import { chatPlugin } from '@chat/server';
 *
 * const app = Fastify({ return503OnClosing: false });
 * await app.register(chatPlugin, { prefix: '/support', users: [{ username: 'ada', password: 's3cret' }] });
 * await app.listen({ port: 3000 });
 * ```
 */
export async function chatPlugin(
  scope: FastifyInstance,
  options: ChatPluginOptions,
): Promise<void> {
  validatePluginOptions(options);
  const { jwtSecret, shared } = options;
  const dependencies = inMemoryDependencies({
    store: options.store,
    assistant: options.assistant,
    limits: options.limits,
    clock: options.clock ?? systemClock,
    logger: scope.log,
    passwords: options.passwords ?? argon2Hasher,
    tokens: options.tokens ?? (jwtSecret === undefined ? undefined : createTokenSigner(jwtSecret)),
    limiter: shared?.limiter,
    leases: shared?.leases,
    turns: shared?.turns,
    fanOut: shared?.fanOut,
    allowedOrigins: options.corsOrigins,
    timeZone: options.timeZone,
  });
  const metrics =
    options.metrics === true || options.metrics === undefined
      ? createChatMetrics()
      : options.metrics;
  const recorder = metrics && createMetricsRecorder(metrics, dependencies.store, shared?.isUp);
  const traced = {
    ...dependencies,
    assistant: tracedAssistant(dependencies.assistant),
    turns: tracedTurns(dependencies.turns),
    traceFrame,
  };
  const api = createChatApi(
    recorder
      ? {
          ...traced,
          limiter: meteredLimiter(dependencies.limiter, recorder),
          leases: meteredLeases(dependencies.leases, recorder),
          turns: meteredTurns(traced.turns, recorder),
        }
      : traced,
  );
  const context: AdapterContext = {
    api,
    store: dependencies.store,
    isRedisUp: options.shared?.isUp,
    limits: dependencies.limits,
    allowedOrigins: dependencies.allowedOrigins,
    bodyLimitBytes: options.bodyLimitBytes ?? bodyMaxBytes(dependencies.limits),
    drainTimeoutMs: options.drainTimeoutMs ?? drainTimeoutMs,
    writeTimeoutMs: options.writeTimeoutMs ?? writeTimeoutMs,
    lameDuckMs: options.lameDuckMs ?? 0,
    metrics: recorder || undefined,
    draining: false,
  };

  useSafeLogger(scope);
  scope.setGenReqId((request) => {
    const requestId = request.headers[headers.requestId.toLowerCase()];
    return resolveRequestId(
      typeof requestId === 'string' ? requestId : undefined,
      dependencies.idGenerator,
    );
  });
  scope.setErrorHandler(sendError);
  startRequestsInOrder(scope);
  // Hooks that run for every request use callbacks: a promise costs more than their work.
  scope.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).headers(commonHeaders(request.id));
    done(validateHeaders(request.raw));
  });
  logRejectedOrigins(scope, context.allowedOrigins);

  if (metrics && recorder) metricsRoute(scope, metrics, recorder, dependencies.clock);
  drainOnClose(scope, context, await websocketRoute(scope, context, dependencies.idGenerator));
  if (options.store === undefined) scope.addHook('onClose', () => dependencies.store.close());
  if (options.healthRoutes !== false) healthRoutes(scope, context);
  await scope.register(apiRoutes, { prefix: basePath, context });
  if (options.staticDir !== undefined) await staticFiles(scope, options.staticDir);
  await addUsers(scope, api, options.users ?? []);
}

async function addUsers(
  scope: FastifyInstance,
  api: ChatApi,
  users: readonly UserCredentials[],
): Promise<void> {
  for (const user of users) {
    if (await api.addUser(user)) continue;
    scope.log.info(
      { username: user.username },
      'This user already exists and keeps the stored password; "chat-server user password" changes it.',
    );
  }
}
