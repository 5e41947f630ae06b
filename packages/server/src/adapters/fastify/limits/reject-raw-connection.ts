import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { commonHeaders } from '../../../domain/http/common-headers.js';
import type { IdGenerator } from '../../../domain/ports/index.js';

/** How long the peer may take to read the response before the connection is destroyed. */
const lingerMs = 1_000;

/**
 * Writes an error response to a raw connection, for which there is no Fastify request, and ends it. The connection stays
 * open a little: closing it while the peer still writes would reset it and lose the response.
 */
export function rejectRawConnection(
  connection: Duplex,
  status: number,
  detail: string,
  idGenerator: IdGenerator,
): void {
  const body = JSON.stringify({ detail });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(commonHeaders(idGenerator.next())).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    'Connection: close',
  ];
  connection.on('error', () => connection.destroy());
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  connection.resume();
  setTimeout(() => connection.destroy(), lingerMs).unref();
}
