import { extensionOf, extensionRoutes, type HttpExtension } from '@chat/contract';
import { RateLimitError } from '../errors/api-errors.js';
import { ExtensionUnavailableError } from '../errors/call-errors.js';
import type { AnyChatError } from '../errors/is-chat-error.js';
import type { CancellationScope } from '../lib/cancellation-scope.js';
import { fetchOnce } from './fetch-once.js';
import { parseResponse, toApiError } from './parse-response.js';
import { isTransient, isTransientLogin, retryDelayMs } from './retry-policy.js';
import { runHook } from './run-hook.js';
import type { CallTokens, HttpDependencies, HttpResponse, RequestPlan } from './types.js';

/** All attempts of one call. */
export class RequestAttempts {
  readonly #plan: RequestPlan;
  readonly #scope: CancellationScope;
  readonly #deps: HttpDependencies;
  readonly #tokens: CallTokens | undefined;
  /** The number of the current attempt, from 1. */
  #attempt = 0;
  /** Whether the login was rate limited: it has waited and retried by itself. */
  #loginRateLimited = false;
  /** Whether the current attempt failed because there was no token. */
  #tokenFailed = false;

  constructor(plan: RequestPlan, scope: CancellationScope, dependencies: HttpDependencies) {
    this.#plan = plan;
    this.#scope = scope;
    this.#deps = dependencies;
    this.#tokens = dependencies.authorize?.();
  }

  /** Tries until the call succeeds or a retry is useless. */
  async run(): Promise<unknown> {
    const { gate } = this.#deps;
    const { queuePosition } = this.#plan;
    for (;;) {
      let delayMs: number;
      this.#scope.throwIfCancelled();
      if (!gate.isOpen()) await this.#waitAtGate();
      this.#attempt += 1;
      this.#tokenFailed = false;
      try {
        return await this.#attemptOnce();
      } catch (error) {
        delayMs = this.#delayAfter(error);
      } finally {
        gate.release(queuePosition);
      }
      if (delayMs > 0) await this.#scope.sleep(delayMs);
    }
  }

  #waitAtGate(): Promise<void> {
    const { gate, retry } = this.#deps;
    const { label: call, queuePosition, noRetry } = this.#plan;
    return gate.acquire(
      queuePosition,
      this.#scope,
      noRetry ? 0 : retry.maxWaitMs,
      (retryAfterMs) => {
        const detail = `not sent: the backend asked the client to wait ${retryAfterMs} ms.`;
        return new RateLimitError({
          call,
          status: 429,
          detail,
          headers: {},
          attempts: this.#attempt,
          retryAfterMs,
        });
      },
    );
  }

  /** How long to wait before the next attempt. Throws the error if there is none. */
  #delayAfter(error: unknown): number {
    const { gate, retry, random, capabilities, logger } = this.#deps;
    const { name: route, label, method, idempotencyKey, callersKey, noRetry } = this.#plan;
    const attempt = this.#attempt;
    if (this.#loginRateLimited) throw error;
    // Before the first response, the application's own key is its word that the backend supports keys.
    const keyCounts = callersKey !== undefined && capabilities.hasExtensions === undefined;
    const idempotent =
      method === 'GET' ||
      route === 'logout' ||
      (idempotencyKey !== undefined && (keyCounts || capabilities.has('idempotency')));
    // Without a token, the request was not sent, or was rejected.
    const mayRepeat = this.#tokenFailed
      ? isTransientLogin(error)
      : idempotent && isTransient(error);
    const delayMs = retryDelayMs(error, attempt, mayRepeat, retry, random);
    const rateLimited = error instanceof RateLimitError;
    // Also when this call fails: the other calls of the client would be rejected as well.
    if (rateLimited) gate.closeFor(delayMs ?? error.retryAfterMs);
    if (delayMs === undefined || noRetry) throw error;
    const { message } = error as AnyChatError;
    const roundedMs = Math.round(delayMs);
    logger.warn(`Retrying ${label}.`, { attempt, delayMs: roundedMs, error: message });
    void runHook(this.#deps, 'onRetry', () => ({
      route,
      attempt,
      delayMs,
      error: error as AnyChatError,
    }));
    // After a rate limit, the gate does the waiting.
    return rateLimited ? 0 : delayMs;
  }

  /** One attempt. A rejected token is refreshed, and the request sent again, without counting as a retry. */
  async #attemptOnce(): Promise<unknown> {
    const { fixedToken } = this.#plan;
    const tokens = this.#tokens;
    if (fixedToken !== undefined || tokens === undefined) {
      return this.#parse(await this.#send(fixedToken));
    }
    let token = tokens.peek() ?? (await this.#waitForToken(() => tokens.token()));
    let response = await this.#send(token);
    while (response.status === 401) {
      const rejected = token;
      const replacement = await this.#waitForToken(() => tokens.replace(rejected));
      if (replacement === undefined) break;
      token = replacement;
      response = await this.#send(token);
    }
    return this.#parse(response);
  }

  #send(token: string | undefined): Promise<HttpResponse> {
    return fetchOnce(this.#plan, this.#attempt, token, this.#scope, this.#deps);
  }

  async #waitForToken<Token>(getToken: () => Promise<Token>): Promise<Token> {
    const { gate } = this.#deps;
    const { timeoutMs } = this.#plan;
    // The timeout does not include the time that the login waits at the gate.
    const extraTimeMs = () => gate.opensInMs() + timeoutMs;
    try {
      return await this.#scope.waitFor(getToken, timeoutMs, 'Getting a token', extraTimeMs);
    } catch (error) {
      this.#tokenFailed = true;
      this.#loginRateLimited = error instanceof RateLimitError;
      throw error;
    }
  }

  #parse(response: HttpResponse): unknown {
    const { name } = this.#plan;
    const { capabilities, validate, now, secrets } = this.#deps;
    if (response.ok) return parseResponse(response, name, validate);
    const error = toApiError(response, this.#attempt, now(), secrets.redact);
    const unknownRoute = name in extensionRoutes && [404, 405, 501].includes(response.status);
    const extension = extensionOf(name);
    if (unknownRoute && !capabilities.has(extension as HttpExtension)) {
      throw new ExtensionUnavailableError(extension, { cause: error });
    }
    throw error;
  }
}
