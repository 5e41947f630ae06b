import { headers, type RawQuery, type Route, type RouteName, routes } from '@chat/contract';
import type { ChatLimits, ChatRequest } from '../../domain/api.js';
import { bodyTooLarge, type HttpError, invalidPath, notFound } from '../../domain/errors.js';
import { bodyMaxBytes, routeBodyMaxBytes } from '../../domain/http/body-size.js';
import { parseJsonBody } from '../../domain/http/json-body.js';
import { resolveRequestId } from '../../domain/http/request-id.js';
import type { IdGenerator } from '../../domain/ports/index.js';

/** A request as an adapter received it: from MSW, or over HTTP. */
export interface ReceivedRequest {
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** The client's address; all requests that MSW intercepts have the same. */
  readonly ip: string;
}

interface MockRequestContext {
  readonly idGenerator: IdGenerator;
  readonly limits: ChatLimits;
}

/** Adapts a request to the domain. */
export class MockRequest implements ChatRequest {
  readonly id: string;
  readonly ip: string;
  readonly headOnly: boolean;
  readonly query: RawQuery;
  readonly signal: AbortSignal;
  readonly #request: ReceivedRequest;
  readonly #maxBytes: number;

  constructor(
    request: ReceivedRequest,
    { idGenerator, limits }: MockRequestContext,
    route: RouteName | undefined,
  ) {
    this.#request = request;
    const maxBytes = bodyMaxBytes(limits);
    this.#maxBytes = route === undefined ? maxBytes : routeBodyMaxBytes(routes[route], maxBytes);
    this.ip = request.ip;
    this.id = resolveRequestId(this.header(headers.requestId), idGenerator);
    this.headOnly = request.method === 'HEAD';
    this.signal = request.signal;
    this.query = readQuery(new URL(request.url).searchParams);
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  /** The token; empty without one. */
  get token(): string {
    return /^Bearer +(\S+)$/i.exec(this.header('authorization') ?? '')?.[1] ?? '';
  }

  /** The message of the body; `undefined` when the body is invalid. */
  get message(): unknown {
    try {
      return (this.body as { message?: unknown } | undefined)?.message;
    } catch {
      return undefined;
    }
  }

  /** Parsed on access, so that the domain handles its errors. */
  get body(): unknown {
    const { bytes } = this.#request;
    if (bytes.length > this.#maxBytes) throw bodyTooLarge;
    return parseJsonBody(bytes, {
      type: this.header('content-type'),
      encoding: this.header('content-encoding'),
    });
  }
}

export function readQuery(parameters: URLSearchParams): RawQuery {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    query[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return query;
}

/**
 * The route of a method and path below the base path, or the error. HEAD uses the route of GET.
 */
export function findRoute(method: string, path: string): RouteName | HttpError {
  const decoded = decode(path);
  if (decoded === undefined) return invalidPath;
  const effectiveMethod = method === 'HEAD' ? 'GET' : method;
  const entries = Object.entries(routes) as [RouteName, Route][];
  const found = entries.find(
    ([, route]) => route.method === effectiveMethod && route.path === decoded,
  );
  return found?.[0] ?? notFound(method);
}

function decode(path: string): string | undefined {
  try {
    return decodeURI(path);
  } catch {
    return undefined;
  }
}
