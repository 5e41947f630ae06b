import { type Route, type RouteName, type RouteResponse, routes } from '@chat/contract';
import { demand, demandTimeout } from '../demand.js';
import type { CallOptions } from '../types/call-options.js';
import { Call } from './call.js';
import { demandCallOptions, queryNames } from './call-options.js';
import type { HttpDependencies } from './dependencies.js';
import { requestHeaders } from './request-headers.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** What a call has beside its caller's options. */
export interface CallInput {
  /** Laid over the options that travel in the URL. */
  readonly query?: Query;
  readonly body?: unknown;
  /** This token and no other: a refusal is not answered with a new one. */
  readonly fixedToken?: string;
  /** One try and no wait: whoever asks has a patience of its own. */
  readonly once?: boolean;
  /** Makes the key for a caller who gave none. */
  readonly defaultKey?: () => string | undefined;
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
    { query, body: given, fixedToken, once, defaultKey }: CallInput = {},
    options: CallOptions = {},
  ): Promise<RouteResponse<Name>> {
    const { apiUrl, live } = this.#deps;
    demandCallOptions(name, options);
    const { timeoutMs = this.#deps.timeoutMs, signal } = options;
    const { idempotencyKey = defaultKey?.() } = options;
    demandTimeout(timeoutMs);
    const route: Route = routes[name];
    const label = `${route.method} ${route.path}`;
    const body = given === undefined ? undefined : JSON.stringify(given);
    const plan = {
      name,
      route,
      label,
      url: apiUrl + route.path + queryString({ ...options, ...query }),
      body,
      headers: requestHeaders(body !== undefined, options, idempotencyKey),
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

function queryString(query: Readonly<Record<string, unknown>>): string {
  const pairs = queryNames
    .filter((name) => query[name] !== undefined)
    .map((name) => {
      const value = String(query[name]);
      demand(!/\p{Cs}/u.test(value), name, 'without lone surrogates');
      return `${name}=${encodeURIComponent(value)}`;
    });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
