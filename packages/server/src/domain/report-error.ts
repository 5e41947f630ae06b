import type { ChatRequest } from './api.js';
import type { DomainContext } from './context.js';
import { HttpError, toHttpError } from './errors.js';

/** The error that the client sees. An unexpected one is logged. */
export function reportError(
  { logger }: Pick<DomainContext, 'logger'>,
  request: Pick<ChatRequest, 'id'>,
  err: unknown,
  details: object = {},
): HttpError {
  if (!(err instanceof HttpError)) {
    logger.error({ requestId: request.id, ...details, err }, 'A request failed.');
  }
  return (
    toHttpError(err) ?? new HttpError(500, 'The server failed; your request is not the cause.')
  );
}
