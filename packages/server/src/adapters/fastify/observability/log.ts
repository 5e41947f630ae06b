import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loggedPath, logSerializers } from '../../../logging/log-serializers.js';

/** Every logger of this scope uses our serializers, whatever the host application uses. */
export function useSafeLogger(scope: FastifyInstance): void {
  // Created once: each request has its own logger, and serializers would make that expensive.
  const safe = scope.log.child({}, { serializers: logSerializers });
  scope.setChildLoggerFactory((_logger, bindings, options) => {
    const { serializers } = options;
    if (serializers === undefined) return safe.child(bindings, options);
    return safe.child(bindings, {
      ...options,
      serializers: { ...serializers, ...logSerializers },
    });
  });
}

/** Logs one line per response; health checks and metrics at level debug. */
export function logRequests(scope: FastifyInstance): void {
  scope.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    const level = isProbe(request) ? 'debug' : 'info';
    request.log[level](
      {
        method: request.method,
        path: loggedPath(request.url),
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
      },
      'Response sent.',
    );
    done();
  });
}

function isProbe(request: FastifyRequest): boolean {
  return /\/(?:healthz|readyz|metrics)$/.test(request.routeOptions.url ?? '');
}
