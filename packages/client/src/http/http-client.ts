import { type Route, type RouteName, type RouteResponse, routes } from '@chat/contract';
import { demandTimeout } from '../demand.js';
import type { CallOptions } from '../types/call-options.js';
import { Call } from './call.js';
import type { HttpDependencies } from './dependencies.js';
import { requestHeaders } from './request-headers.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface CallInput {
  readonly query?: Query;
  readonly body?: unknown;
}

export interface InternalCallOptions extends CallOptions {
  /** This token and no other: a refusal is not answered with a new one. */
  readonly fixedToken?: string;
  /** One try and no wait: whoever asks has a patience of its own. */
  readonly once?: boolean;
  /** `Prefer` (RFC 7240). */
  readonly prefer?: string | undefined;
}

/** Sends calls of the contract's table. */
export class HttpClient {
  readonly #deps: HttpDependencies;
  #calls = 0;

  constructor(dependencies: HttpDependencies) {
    this.#deps = dependencies;
  }

  async call<Name extends RouteName>(
    name: Name,
    { query, body: given }: CallInput = {},
    options: InternalCallOptions = {},
  ): Promise<RouteResponse<Name>> {
    const { apiUrl, live } = this.#deps;
    const { timeoutMs = this.#deps.timeoutMs, fixedToken, once, idempotencyKey, signal } = options;
    demandTimeout(timeoutMs);
    const route: Route = routes[name];
    const label = `${route.method} ${route.path}`;
    const body = given === undefined ? undefined : JSON.stringify(given);
    const plan = {
      name,
      route,
      label,
      url: apiUrl + route.path + queryString(query),
      body,
      headers: requestHeaders(body !== undefined, options),
      timeoutMs,
      fixedToken,
      once,
      keyed: idempotencyKey !== undefined,
      // A login is waited for by calls that are in the line themselves, so it stands before all.
      order: name === 'login' ? -1 : this.#calls++,
    };
    const answer = await live.around(label, signal, (scope) =>
      new Call(plan, scope, this.#deps).answer(),
    );
    return answer as RouteResponse<Name>;
  }
}

function queryString(query: Query = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
