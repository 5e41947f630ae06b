import type { Socket } from 'node:net';
import type { Identifiers } from '../chat/ports.js';
import { refuseConnection } from './refuse-connection.js';

const refusals: { readonly [code: string]: readonly [status: number, detail: string] } = {
  HPE_HEADER_OVERFLOW: [431, "The request's head is too large."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions of the body are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
};

/** Answers what Node could not read as HTTP at all. */
export function createClientErrorHandler(identifiers: Identifiers) {
  const refused = new WeakSet<Socket>();
  return (error: Error & { code?: string }, line: Socket): void => {
    // While a refused line lingers, each further piece of what it sends is an error again.
    if (refused.has(line)) return;
    refused.add(line);
    if (error.code === 'ECONNRESET' || !line.writable) {
      line.destroy();
      return;
    }
    const [status, detail] = refusals[error.code ?? ''] ?? [400, 'The request is not valid HTTP.'];
    refuseConnection(line, status, detail, identifiers);
  };
}
