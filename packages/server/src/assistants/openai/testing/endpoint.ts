import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { requestListener } from '@chat/test-support';

export interface EndpointRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly stream: boolean;
    readonly [parameter: string]: unknown;
  };
}

/** How the endpoint responds to one request. */
export type EndpointResponse = (response: ServerResponse) => void;

/** An OpenAI-compatible API for one test, over real TCP. */
export interface Endpoint {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: EndpointRequest[];
  /** How many responses were closed before they were finished. */
  abortedResponses: number;
  /** The responses to the next requests; the last one is repeated. */
  respondWith(...responses: readonly EndpointResponse[]): void;
  close(): Promise<void>;
}

/** With a certificate it uses `https`. */
export async function startEndpoint(certificate?: {
  readonly key: Buffer;
  readonly cert: Buffer;
}): Promise<Endpoint> {
  let responses: EndpointResponse[] = [];
  const onRequest = requestListener(async (request, response) => {
    const body = (await json(request)) as EndpointRequest['body'];
    endpoint.requests.push({ path: request.url ?? '', headers: request.headers, body });
    response.on('close', () => {
      if (!response.writableFinished) endpoint.abortedResponses += 1;
    });
    const respond = responses.length > 1 ? responses.shift() : responses[0];
    respond?.(response);
  });
  const server =
    certificate === undefined ? createServer(onRequest) : createTlsServer(certificate, onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = {
    baseUrl: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1`,
    requests: [],
    abortedResponses: 0,
    respondWith(...next) {
      responses = [...next];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A whole stream, in writes of `size` bytes, which may split a character. */
export function streams(text: string, size = Number.MAX_SAFE_INTEGER): EndpointResponse {
  return (response) => {
    response.writeHead(200, streamHeaders);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
    response.end();
  };
}

/** The start of a stream, then a lost connection. */
export function breaksAfter(text: string): EndpointResponse {
  return (response) => {
    response.writeHead(200, streamHeaders);
    response.write(text, () => setImmediate(() => response.destroy()));
  };
}

/** The start of a stream, then nothing more. */
export function stallsAfter(text: string): EndpointResponse {
  return (response) => {
    response.writeHead(200, streamHeaders);
    response.write(text);
  };
}

/** Never sends a response. */
export const neverResponds: EndpointResponse = () => {};

export function responds(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): EndpointResponse {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text);
  };
}

export const respondsWithError = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code: string | null = null,
): EndpointResponse =>
  responds(status, { error: { message, type: 'an_error', param: null, code } }, headers);
