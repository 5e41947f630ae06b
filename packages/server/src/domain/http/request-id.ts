import type { IdGenerator } from '../ports/index.js';

/**
 * The id of a request in the logs: the client's own when it is valid, otherwise a new one. A valid id cannot inject text
 * into a header or a log line.
 */
export function resolveRequestId(given: string | undefined, identifiers: IdGenerator): string {
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : identifiers.next();
}
