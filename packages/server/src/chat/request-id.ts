import type { Identifiers } from './ports.js';

/**
 * The id under which a call is found in the logs: the caller's own when it is sane, else a new one.
 * Sane means that it cannot break out of a header or a log line.
 */
export function requestIdOf(given: string | undefined, identifiers: Identifiers): string {
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : identifiers.next();
}
