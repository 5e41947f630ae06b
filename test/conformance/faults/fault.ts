import type { IncomingHttpHeaders } from 'node:http';

// A fault breaks one rule, on the wire between a check and a conforming backend.

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ProxiedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Frame {
  type: string;
  data: Record<string, unknown> & { role: string; content: string };
}

export interface ProxiedSocket {
  /** The number of this socket, from 0. */
  readonly index: number;
  /** Sends a frame to the client as if the backend had sent it. */
  toClient(frame: Frame): void;
  closeClient(code: number): void;
}

export type Upstream = (
  request: Partial<ProxiedRequest> & { path: string },
) => Promise<ProxiedResponse>;

export interface ProxyHooks {
  /** Changes a request to the backend, or responds instead of it. */
  request?(
    request: ProxiedRequest,
    upstream: Upstream,
  ):
    | ProxiedRequest
    | { response: ProxiedResponse }
    | Promise<ProxiedRequest | { response: ProxiedResponse }>;
  /** Changes a response to the client. */
  response?(response: ProxiedResponse, request: ProxiedRequest): ProxiedResponse;
  /** Changes the query or the Origin of an upgrade. */
  upgrade?(handshake: { query: URLSearchParams; origin: string | undefined }): void;
  /** Changes a frame to the backend; `undefined` drops it. */
  frameIn?(frame: string | Buffer, socket: ProxiedSocket): string | Buffer | undefined;
  /** Changes a frame to the client; `undefined` drops it. */
  frameOut?(frame: Frame, socket: ProxiedSocket): Frame | undefined;
  /** Changes a close code to the client; `undefined` keeps the client's socket open. */
  close?(code: number): number | undefined;
  /** Does not forward the client's close to the backend. */
  readonly hidesClientClose?: boolean;
}

export interface Fault {
  readonly ruleId: string;
  /** What the backend does wrong, as the end of a test title. */
  readonly behaviour: string;
  /** Some rules are broken by configuration alone. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly trustProxy?: boolean;
  readonly hooks?: () => ProxyHooks;
}

export function responseJson(response: ProxiedResponse): Record<string, unknown> {
  try {
    return JSON.parse(response.body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The response with a changed JSON body. */
export function editBody(
  response: ProxiedResponse,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): ProxiedResponse {
  return { ...response, body: JSON.stringify(change(responseJson(response))) };
}

export function withoutHeader(response: ProxiedResponse, name: string): ProxiedResponse {
  const { [name]: _, ...headers } = response.headers;
  return { ...response, headers };
}

export function withoutRequestHeader(request: ProxiedRequest, name: string): ProxiedRequest {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers };
}

export function requestJson(request: ProxiedRequest): Record<string, unknown> {
  try {
    return JSON.parse(request.body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function withJsonBody(request: ProxiedRequest, body: unknown): ProxiedRequest {
  return { ...request, body: Buffer.from(JSON.stringify(body)) };
}

/** A fault in the responses of one route. */
export function onRoute(
  path: string,
  change: (response: ProxiedResponse, request: ProxiedRequest) => ProxiedResponse,
): () => ProxyHooks {
  return () => ({
    response: (response, request) =>
      request.path.endsWith(path) ? change(response, request) : response,
  });
}

export function errorResponse(status: number, detail: string): { response: ProxiedResponse } {
  const headers = { 'content-type': 'application/json', 'www-authenticate': 'Bearer' };
  return { response: { status, headers, body: JSON.stringify({ detail }) } };
}

export function tokenOf(request: ProxiedRequest): string {
  return (request.headers.authorization ?? '').replace('Bearer ', '');
}
