import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { allowedHeaders, exposedHeaders, preflightMaxAgeSeconds } from '../../domain/http/cors.js';
import type { MockResponse } from '../backend/handle-request.js';
import { namespaceHeader } from '../control/control-calls.js';
import type { ControlResponse } from '../control/handle-control-call.js';

/** The path and query of a request target, not decoded. */
export function splitTarget(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', ...query] = (request.url ?? '/').split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

/** The address of the mock, as the client wrote it. */
export function originOf({ headers, socket }: IncomingMessage): string {
  return `http://${headers.host ?? `${socket.localAddress}:${socket.localPort}`}`;
}

export function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  return headers;
}

/** Reads the whole body and returns at most `maxBytes` and one. */
export async function receiveBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (length <= maxBytes) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes + 1);
}

/** @param origin the origin of a page that may read the response */
export function setCorsHeaders(response: ServerResponse, origin: string | undefined): void {
  response.setHeader('Vary', 'Origin');
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', exposedHeaders.join(', '));
}

/** Responds to a preflight request. Returns whether it is one. */
export function respondToPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'OPTIONS') return false;
  if (request.headers['access-control-request-method'] === undefined) return false;
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, DELETE');
  response.setHeader(
    'Access-Control-Allow-Headers',
    [...allowedHeaders, namespaceHeader].join(', '),
  );
  response.setHeader('Access-Control-Max-Age', preflightMaxAgeSeconds);
  response.writeHead(204).end();
  return true;
}

/** A stream is read as fast as the client reads it, and cancelled when the client disconnects. */
export async function sendBody(
  response: ServerResponse,
  body: MockResponse['body'],
): Promise<void> {
  if (!(body instanceof ReadableStream)) {
    response.end(body ?? undefined);
    return;
  }
  response.flushHeaders();
  // A client that disconnects is not an error.
  await pipeline(Readable.fromWeb(body as WebStream), response).catch(() => {});
}

export function sendJson(response: ServerResponse, { status, json }: ControlResponse): void {
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    .end(JSON.stringify(json));
}

/** Responds to an upgrade that is not for our WebSocket. */
export function rejectUpgrade(connection: Duplex, { status, json }: ControlResponse): void {
  const body = JSON.stringify(json);
  connection.end(
    [
      `HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Error'}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
