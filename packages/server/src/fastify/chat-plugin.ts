import { basePath, headers } from '@chat/contract';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { announcement } from '../chat/announcement.js';
import type { ChatApi } from '../chat/api.js';
import { bodyMaxBytes } from '../chat/body-size.js';
import { createChatApi } from '../chat/create-chat-api.js';
import { requestIdOf } from '../chat/request-id.js';
import { apiRoutes } from './api-routes.js';
import { checkPluginOptions } from './check-options.js';
import { createDependencies } from './dependencies.js';
import type { Door } from './door.js';
import { drainOnClose } from './drain.js';
import { answerError } from './errors.js';
import { useSafeLogs } from './log.js';
import {
  countedLeases,
  countedLimiter,
  countedTurns,
  createMetrics,
  metricsRoute,
} from './metrics.js';
import { operationRoutes } from './operations.js';
import type { ChatPluginOptions, UserCredentials } from './options.js';
import { securityHeaders } from './security-headers.js';
import { socketDoor } from './socket-door.js';
import { staticFiles } from './static-files.js';

const drainTimeoutMs = 8_000;

/**
 * The chat as a plugin for a Fastify application of yours: `register(chatPlugin, options)`, with a
 * `prefix` if you like. What it does to parsers, errors and headers stays inside its own scope. Register
 * `@fastify/websocket` before it or not at all; behind a proxy, set Fastify's `trustProxy` to its
 * address or network, never to `true`, which lets callers choose their own address. With
 * `return503OnClosing: false` the plugin itself refuses calls while the application stops (ERR-9);
 * otherwise Fastify does it, with a body of its own and without `Retry-After`.
 *
 * @throws RangeError when `jwtSecret` is shorter than 32 bytes or `timeZone` names no zone.
 * @throws TypeError when there is no such option, or another cannot be meant.
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
  checkPluginOptions(options);
  const parts = createDependencies(options, scope.log);
  const metrics =
    options.metrics === false
      ? undefined
      : createMetrics(parts.store, options.shared?.isUp, registry(options));
  const api = createChatApi(
    metrics === undefined
      ? parts
      : {
          ...parts,
          limiter: countedLimiter(parts.limiter, metrics),
          leases: countedLeases(parts.leases, metrics),
          turns: countedTurns(parts.turns, metrics),
        },
  );
  const door: Door = {
    api,
    store: parts.store,
    isShared: options.shared?.isUp,
    limits: parts.limits,
    origins: parts.allowedOrigins,
    bodyLimitBytes: options.bodyLimitBytes ?? bodyMaxBytes(parts.limits),
    drainTimeoutMs: options.drainTimeoutMs ?? drainTimeoutMs,
    lameDuckMs: options.lameDuckMs ?? 0,
    metrics,
    draining: false,
  };

  useSafeLogs(scope);
  scope.setGenReqId((request) => {
    const given = request.headers[headers.requestId.toLowerCase()];
    return requestIdOf(typeof given === 'string' ? given : undefined, parts.identifiers);
  });
  scope.setErrorHandler(answerError);
  // The hooks of each request call back: a promise for each of them costs more than what they do.
  scope.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).headers(announcement(request.id));
    done();
  });

  if (metrics !== undefined) metricsRoute(scope, metrics);
  drainOnClose(scope, door, await socketDoor(scope, door, parts.identifiers));
  if (options.store === undefined) scope.addHook('onClose', () => parts.store.close());
  if (options.operations !== false) operationRoutes(scope, door);
  await scope.register(apiRoutes, { prefix: basePath, door });
  if (options.staticDir !== undefined) await staticFiles(scope, options.staticDir);
  await addUsers(scope, api, options.users ?? []);
}

function registry({ metrics }: ChatPluginOptions): Registry | undefined {
  return typeof metrics === 'object' ? metrics : undefined;
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
      'This user exists already and keeps the password in the store; "chat-server user password" changes it.',
    );
  }
}
