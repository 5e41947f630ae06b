import type { Socket } from 'node:net';
import type { IdGenerator } from '../../../domain/ports/index.js';
import { rejectRawConnection } from './reject-raw-connection.js';

const errorResponses: { readonly [code: string]: readonly [status: number, detail: string] } = {
  HPE_HEADER_OVERFLOW: [431, 'The request headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions of the body are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
};

/** Responds to requests that Node cannot parse as HTTP. */
export function createClientErrorHandler(idGenerator: IdGenerator) {
  const rejected = new WeakSet<Socket>();
  return (error: Error & { code?: string }, connection: Socket): void => {
    // Further bytes on a rejected connection cause further errors.
    if (rejected.has(connection)) return;
    rejected.add(connection);
    if (error.code === 'ECONNRESET' || !connection.writable) {
      connection.destroy();
      return;
    }
    const [status, detail] = errorResponses[error.code ?? ''] ?? [
      400,
      'The request is not valid HTTP.',
    ];
    rejectRawConnection(connection, status, detail, idGenerator);
  };
}
