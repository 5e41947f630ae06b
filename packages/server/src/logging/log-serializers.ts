const maxPathLength = 200;

interface LoggedRequest {
  readonly method?: string;
  readonly url?: string;
  readonly ip?: string;
}

/**
 * How requests and errors appear in logs. Fastify's serializers would log the URL with `?token=…`, and pino's would log all
 * properties of an error.
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

/** The path without the query, which contains tokens. */
export function loggedPath(url = ''): string {
  const query = url.search(/[?#;]/);
  return (query === -1 ? url : url.slice(0, query)).slice(0, maxPathLength);
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'The thrown value is not an Error.' };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}
