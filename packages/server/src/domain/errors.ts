import { type ErrorStatus, headers } from '@chat/contract';

/** An error response: an HTTP status, one readable sentence, and response headers. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: ErrorStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ErrorStatus, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * The store could not do the operation: it is locked, full, closed or not reachable. It is unknown whether anything was
 * stored. The same call may succeed later.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The error that a client may see, or `undefined` for an unexpected one. */
export function toHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof StoreUnavailableError)) return undefined;
  return unavailable('The server cannot read or store messages at the moment; try again later.');
}

/** 404 for an unknown path, or a path that does not have this method. */
export function notFound(method: string): HttpError {
  return new HttpError(404, `There is no route for ${method} at this path.`);
}

export const upgradeRequired = new HttpError(
  400,
  'This path accepts WebSockets only: send an upgrade request.',
);

export const bodyTooLarge = new HttpError(413, 'The body is too large.');

export const invalidPath = new HttpError(400, 'The path is not properly percent-encoded.');

/** 401 with the header that RFC 9110 (11.6.1) requires. */
export function unauthorized(detail: string): HttpError {
  return new HttpError(401, detail, { 'WWW-Authenticate': 'Bearer' });
}

/** 401 for a token that the caller has to replace. */
export function invalidToken(): HttpError {
  return unauthorized('The token is not valid or no longer valid; log in again.');
}

/** 429 with `Retry-After`. */
export function tooManyRequests(detail: string, retryAfterMs: number): HttpError {
  return new HttpError(429, detail, { [headers.retryAfter]: retryAfterSeconds(retryAfterMs) });
}

/** 503 with `Retry-After`. */
export function unavailable(detail: string, retryAfterMs = 1000): HttpError {
  return new HttpError(503, detail, { [headers.retryAfter]: retryAfterSeconds(retryAfterMs) });
}

/** Rounded up to whole seconds, so that the client never comes too early. */
function retryAfterSeconds(retryAfterMs: number): string {
  return String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
}
