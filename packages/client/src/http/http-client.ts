import { type RouteName, type RouteResponse, requests } from '@chat/contract';
import {
  assertCallOptions,
  assertOption,
  assertTimeout,
  queryOptionNames,
} from '../options/validate.js';
import type { CallOptions } from '../types/call-options.js';
import type { ReplyDelta } from '../types/models.js';
import { RequestAttempts } from './request-attempts.js';
import { requestHeaders } from './request-headers.js';
import type { HttpDependencies } from './types.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** The parts of a call that its caller's options do not contain. */
export interface CallInput {
  /** Overrides the options that are sent in the URL. */
  readonly query?: Query;
  readonly body?: unknown;
  /** Sent instead of the client's token, and never refreshed. */
  readonly fixedToken?: string;
  /** One request and no wait, for a caller that retries by itself. */
  readonly noRetry?: boolean;
  /** Creates the idempotency key when the options have none. */
  readonly createKey?: () => string | undefined;
  /** Requests a streamed response and receives its deltas. */
  readonly onDelta?: (delta: ReplyDelta) => void;
}

/** Calls the routes of the contract. */
export class HttpClient {
  readonly #deps: HttpDependencies;
  #callCount = 0;

  constructor(dependencies: HttpDependencies) {
    this.#deps = dependencies;
  }

  async call<Name extends RouteName>(
    name: Name,
    { query, body: data, fixedToken, noRetry, createKey, onDelta }: CallInput = {},
    options: CallOptions = {},
  ): Promise<RouteResponse<Name>> {
    const { apiUrl, operations, gate } = this.#deps;
    assertCallOptions(name, options);
    const { timeoutMs = this.#deps.timeoutMs, signal } = options;
    const { idempotencyKey = createKey?.() } = options;
    assertTimeout(timeoutMs);
    const label = requests[name];
    const [method, path] = label.split(' ') as [string, string];
    // Calls in the queue may wait for a login, or for the end of the reply that is to be stopped.
    const queuePosition = ['login', 'stop'].includes(name) ? -1 : this.#callCount++;
    const body = data === undefined ? undefined : JSON.stringify(data);
    const plan = {
      name,
      label,
      method,
      url: apiUrl + path + queryString({ ...options, ...query }),
      body,
      headers: requestHeaders(body !== undefined, options, idempotencyKey, onDelta),
      timeoutMs,
      fixedToken,
      noRetry,
      onDelta:
        onDelta &&
        ((delta: ReplyDelta) => {
          // Other calls must not wait for the end of the reply.
          gate.release(queuePosition);
          onDelta(delta);
        }),
      idempotencyKey,
      callersKey: options.idempotencyKey,
      queuePosition,
    };
    const result = await operations.run(label, signal, (scope) =>
      new RequestAttempts(plan, scope, this.#deps).run(),
    );
    return result as RouteResponse<Name>;
  }
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of queryOptionNames) {
    if (query[name] === undefined) continue;
    const value = String(query[name]);
    assertOption(!/[\ud800-\udfff]/u.test(value), name, 'without lone surrogates');
    text += `${text === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return text;
}
