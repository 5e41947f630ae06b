import type { IncomingMessage } from 'node:http';
import { HttpError } from '../../../domain/errors.js';

/** RFC 3986, 3.2: a host name or an address, and a port. */
const validHost = /^(?:\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i;

/**
 * Returns the error of a request whose headers do not say clearly what is requested, by whom. A proxy and the server could
 * understand such a request differently: Node uses the first of several values.
 */
export function validateHeaders(request: IncomingMessage): HttpError | undefined {
  // An injected upgrade has no raw headers.
  const { headers, rawHeaders = [] }: Partial<IncomingMessage> = request;
  let hosts = 0;
  let authorizations = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // Comparing the lengths first: this runs for every header of every request.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations += 1;
  }
  if (hosts > 1) return new HttpError(400, 'The request must have only one Host header.');
  if (authorizations > 1) {
    return new HttpError(400, 'The request must have only one Authorization header.');
  }
  if (!validHost.test(headers?.host ?? '')) {
    return new HttpError(400, 'The Host header must be a host name or an address.');
  }
  return undefined;
}
