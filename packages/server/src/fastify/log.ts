import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const pathMaxLength = 200;

interface LoggedRequest {
  readonly method?: string;
  readonly url?: string;
  readonly ip?: string;
}

/**
 * How requests and errors appear in the logs. Fastify's own way writes the URL with `?token=…`, and
 * pino's way writes whatever hangs on an error.
 */
export const logSerializers = {
  req: (request: LoggedRequest) => ({
    method: request.method,
    path: loggedPath(request.url),
    ip: request.ip,
  }),
  res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
  err: (error: unknown) => describeError(error),
};

/** The path without its query, which is where tokens travel. */
export function loggedPath(url = ''): string {
  const query = url.search(/[?#;]/);
  return (query === -1 ? url : url.slice(0, query)).slice(0, pathMaxLength);
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'Not an Error was thrown.' };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Gives every logger of this scope the serializers above, whatever the application around it has. */
export function useSafeLogs(scope: FastifyInstance): void {
  // Once: each request has a logger of its own, and giving that one serializers costs most of making it.
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

/** One line for each request, when it is over; what only machines ask for is kept for debugging. */
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
      'Answered.',
    );
    done();
  });
}

function isProbe(request: FastifyRequest): boolean {
  return /\/(?:healthz|readyz|metrics)$/.test(request.routeOptions.url ?? '');
}
