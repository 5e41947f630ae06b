import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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

/** What the endpoint does with one request. */
export type EndpointAnswer = (response: ServerResponse) => void;

/** An OpenAI-compatible API of a test's own, over real TCP. */
export interface Endpoint {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: EndpointRequest[];
  /** How many connections were closed before their answer was finished. */
  abandoned: number;
  /** The answers to the next requests; the last one is given again and again. */
  will(...answers: readonly EndpointAnswer[]): void;
  close(): Promise<void>;
}

export async function openEndpoint(): Promise<Endpoint> {
  let answers: EndpointAnswer[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString());
    endpoint.requests.push({ path: request.url ?? '', headers: request.headers, body });
    response.on('close', () => {
      if (!response.writableFinished) endpoint.abandoned += 1;
    });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests: [],
    abandoned: 0,
    will(...next) {
      answers = [...next];
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

/** A whole stream, in writes of `size` bytes: a cut falls where it falls, also inside a character. */
export function streams(text: string, size = Number.MAX_SAFE_INTEGER): EndpointAnswer {
  return (response) => {
    response.writeHead(200, streamHeaders);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
    response.end();
  };
}

/** The beginning of a stream, and then the line is cut. */
export function breaksAfter(text: string): EndpointAnswer {
  return (response) => {
    response.writeHead(200, streamHeaders);
    response.write(text, () => setImmediate(() => response.destroy()));
  };
}

/** The beginning of a stream, and then nothing more. */
export function stallsAfter(text: string): EndpointAnswer {
  return (response) => {
    response.writeHead(200, streamHeaders);
    response.write(text);
  };
}

/** Says nothing at all. */
export const hangs: EndpointAnswer = () => {};

export function answers(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): EndpointAnswer {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text);
  };
}

export const refuses = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code: string | null = null,
): EndpointAnswer =>
  answers(status, { error: { message, type: 'an_error', param: null, code } }, headers);
