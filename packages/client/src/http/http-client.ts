import { type Route, type RouteName, type RouteResponse, routes } from '@chat/contract';
import { demandTimeout } from '../demand.js';
import type { ChatError } from '../errors/chat-error.js';
import { ClientClosedError } from '../errors/client-closed-error.js';
import { RateLimitError } from '../errors/rate-limit-error.js';
import type { CallOptions } from '../types/call-options.js';
import { attempt } from './attempt.js';
import { CallScope } from './call-scope.js';
import type { HttpDependencies } from './dependencies.js';
import { tellHook } from './hooks.js';
import type { Journey } from './journey.js';
import { requestHeaders } from './request-headers.js';
import { retryDelay } from './retry-policy.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface CallInput {
  readonly query?: Query;
  readonly body?: unknown;
}

export interface InternalCallOptions extends CallOptions {
  /** This token and no other: a refusal is not answered with a new one. */
  readonly fixedToken?: string;
  /** `Prefer` (RFC 7240). */
  readonly prefer?: string;
}

/** Sends calls of the contract's table; what is below `call` tries, waits, authenticates and checks. */
export class HttpClient {
  readonly #deps: HttpDependencies;
  #calls = 0;

  constructor(dependencies: HttpDependencies) {
    this.#deps = dependencies;
  }

  async call<Name extends RouteName>(
    name: Name,
    input: CallInput = {},
    options: InternalCallOptions = {},
  ): Promise<RouteResponse<Name>> {
    if (this.#deps.isClosed()) throw new ClientClosedError();
    const journey = this.#prepare(name, input, options);
    try {
      return (await this.#travel(journey)) as RouteResponse<Name>;
    } finally {
      journey.scope.dispose();
    }
  }

  #prepare(name: RouteName, input: CallInput, options: InternalCallOptions): Journey {
    const { apiUrl, live, tokens } = this.#deps;
    const { timeoutMs = this.#deps.timeoutMs } = options;
    demandTimeout(timeoutMs);
    const route: Route = routes[name];
    const label = `${route.method} ${route.path}`;
    const body = input.body === undefined ? undefined : JSON.stringify(input.body);
    return {
      name,
      route,
      label,
      url: apiUrl + route.path + queryString(input.query),
      body,
      headers: requestHeaders(body !== undefined, options),
      timeoutMs,
      fixedToken: options.fixedToken,
      keyed: options.idempotencyKey !== undefined,
      // A login is waited for by calls that are in the line themselves, so it stands before all.
      order: name === 'login' ? -1 : this.#calls++,
      epoch: tokens().epoch,
      attempt: 0,
      lost: false,
      // Last, because from here on the caller's signal is listened to.
      scope: new CallScope(label, live, options.signal),
    };
  }

  /** Tries until there is an answer to keep, or an error that trying again does not mend. */
  async #travel(journey: Journey): Promise<unknown> {
    const { scope } = journey;
    for (;;) {
      const failure = await this.#tryOnce(journey);
      if ('answer' in failure) return failure.answer;
      const { error, delayMs } = failure;
      if (delayMs === undefined) throw error;
      this.#tellRetry(journey, error as ChatError, delayMs);
      // After a refusal over the allowance the gate is what waits.
      if (!(error instanceof RateLimitError)) await scope.sleep(delayMs);
    }
  }

  async #tryOnce(
    journey: Journey,
  ): Promise<{ answer: unknown } | { error: unknown; delayMs: number | undefined }> {
    const { gate, retry, random } = this.#deps;
    try {
      journey.scope.throwIfEnded();
      if (!gate.isFree()) await this.#waitAtGate(journey);
      journey.attempt += 1;
      return { answer: await attempt(journey, this.#deps) };
    } catch (error) {
      const delayMs = journey.lost
        ? undefined
        : retryDelay(error, journey.attempt, this.#isRepeatable(journey), retry, random);
      // Also when this call gives up: the others need not be told the same. Not for a refusal of the
      // gate's own or of a login's, which are behind it already.
      if (error instanceof RateLimitError && !journey.lost)
        gate.close(delayMs ?? error.retryAfterMs);
      return { error, delayMs };
    } finally {
      gate.leave(journey.order);
    }
  }

  #isRepeatable({ route, keyed }: Journey): boolean {
    return route.method === 'GET' || (keyed && this.#deps.announced.has('idempotency'));
  }

  #waitAtGate(journey: Journey): Promise<void> {
    const { gate, retry } = this.#deps;
    const { label, attempt: attempts, order, scope } = journey;
    return gate.enter(order, scope, retry.maxWaitMs, (retryAfterMs) => {
      journey.lost = true;
      const detail = `held back, because the backend asked to wait for ${retryAfterMs} ms.`;
      const held = { call: label, status: 429, detail, headers: {}, attempts, retryAfterMs };
      return new RateLimitError(held);
    });
  }

  #tellRetry({ name: route, attempt, label }: Journey, error: ChatError, delayMs: number): void {
    const { hooks, logger } = this.#deps;
    const waited = Math.round(delayMs);
    logger.warn(`${label} is tried again.`, { attempt, delayMs: waited, error: error.message });
    void tellHook('onRetry', hooks.onRetry, { route, attempt, delayMs, error }, logger);
  }
}

function queryString(query: Query = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
