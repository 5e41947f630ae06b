import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { announcement } from '../chat/announcement.js';
import type { Identifiers } from '../chat/ports.js';

/** How long a refused peer may take to read the answer before its line is cut. */
const lingerMs = 1_000;

/**
 * Answers on the bare line, where there is no request that Fastify could answer, and ends it. The line
 * lingers a little: closing it while the peer still writes would reset it, and the answer be lost.
 */
export function refuseConnection(
  line: Duplex,
  status: number,
  detail: string,
  identifiers: Identifiers,
): void {
  const body = JSON.stringify({ detail });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(announcement(identifiers.next())).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  line.on('error', () => line.destroy());
  line.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  line.resume();
  setTimeout(() => line.destroy(), lingerMs).unref();
}
