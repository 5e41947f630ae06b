import { headers, type RawQuery, type Route, type RouteName, routes } from '@chat/contract';
import type { ChatLimits, ChatRequest } from '../chat/api.js';
import { bodyMaxBytes } from '../chat/body-size.js';
import { readJsonBody } from '../chat/json-body.js';
import type { Identifiers } from '../chat/ports.js';
import { badPath, nothingHere, Problem } from '../chat/problem.js';
import { requestIdOf } from '../chat/request-id.js';

/** Everybody who calls the mock is one machine. */
const ip = '127.0.0.1';

interface MockRequestContext {
  readonly identifiers: Identifiers;
  readonly limits: ChatLimits;
}

/** A request that MSW caught, as the domain wants to see it. */
export class MockRequest implements ChatRequest {
  readonly id: string;
  readonly ip = ip;
  readonly headOnly: boolean;
  readonly query: RawQuery;
  readonly signal: AbortSignal;
  readonly #request: Request;
  readonly #bytes: Uint8Array;
  readonly #maxBytes: number;

  constructor(request: Request, bytes: Uint8Array, { identifiers, limits }: MockRequestContext) {
    this.#request = request;
    this.#bytes = bytes;
    this.#maxBytes = bodyMaxBytes(limits);
    this.id = requestIdOf(this.header(headers.requestId), identifiers);
    this.headOnly = request.method === 'HEAD';
    this.signal = request.signal;
    this.query = readQuery(new URL(request.url).searchParams);
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  /** Read when it is asked for, so that what is wrong with it is answered like any other problem. */
  get body(): unknown {
    if (this.#bytes.length > this.#maxBytes) throw new Problem(413, 'The body is too large.');
    return readJsonBody(this.#bytes, {
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
 * The route of this method and path below the base path, or why there is none; a HEAD asks as its GET
 * does.
 */
export function routeOf(method: string, path: string): RouteName | Problem {
  const decoded = decode(path);
  if (decoded === undefined) return badPath;
  const asked = method === 'HEAD' ? 'GET' : method;
  const entries = Object.entries(routes) as [RouteName, Route][];
  const found = entries.find(([, route]) => route.method === asked && route.path === decoded);
  return found?.[0] ?? nothingHere(method);
}

function decode(path: string): string | undefined {
  try {
    return decodeURI(path);
  } catch {
    return undefined;
  }
}
