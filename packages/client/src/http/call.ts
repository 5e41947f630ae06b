import type { HttpExtension } from '@chat/contract';
import type { TokenKeeper } from '../auth/token-keeper.js';
import type { ChatError } from '../errors/chat-error.js';
import { ExtensionUnavailableError } from '../errors/extension-unavailable-error.js';
import { RateLimitError } from '../errors/rate-limit-error.js';
import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import type { CallPlan } from './call-plan.js';
import type { CallScope } from './call-scope.js';
import type { HttpDependencies } from './dependencies.js';
import type { Answer } from './exchange.js';
import { tellHook } from './hooks.js';
import { refusal } from './refusal.js';
import { retryDelay } from './retry-policy.js';
import { send } from './send.js';
import { readAnswer } from './validate-answer.js';

/** One call on its way, over all its tries. */
export class Call {
  readonly #plan: CallPlan;
  readonly #scope: CallScope;
  readonly #deps: HttpDependencies;
  readonly #tokens: TokenKeeper;
  /** The token keeper's count of logouts when the call began. */
  readonly #epoch: number;
  /** The try under way, from 1. */
  #attempt = 0;
  /** Set when a login was refused over the allowance: it has waited and tried for itself. */
  #loginLimited = false;

  constructor(plan: CallPlan, scope: CallScope, dependencies: HttpDependencies) {
    this.#plan = plan;
    this.#scope = scope;
    this.#deps = dependencies;
    this.#tokens = dependencies.tokens();
    this.#epoch = this.#tokens.epoch;
  }

  /** Tries until there is an answer to keep, or an error that trying again does not mend. */
  async answer(): Promise<unknown> {
    const { gate } = this.#deps;
    const { order } = this.#plan;
    for (;;) {
      let delayMs: number;
      this.#scope.throwIfEnded();
      if (!gate.isFree()) await this.#waitAtGate();
      this.#attempt += 1;
      try {
        return await this.#try();
      } catch (error) {
        delayMs = this.#delayAfter(error);
      } finally {
        gate.leave(order);
      }
      if (delayMs > 0) await this.#scope.sleep(delayMs);
    }
  }

  #waitAtGate(): Promise<void> {
    const { gate, retry } = this.#deps;
    const { label: call, order, once } = this.#plan;
    return gate.enter(order, this.#scope, once ? 0 : retry.maxWaitMs, (retryAfterMs) => {
      const detail = `held back, because the backend asked to wait for ${retryAfterMs} ms.`;
      const attempts = this.#attempt;
      return new RateLimitError({ call, status: 429, detail, headers: {}, attempts, retryAfterMs });
    });
  }

  /** How long to sleep before the next try; throws the error when there is none. */
  #delayAfter(error: unknown): number {
    const { gate, retry, random, announced, logger } = this.#deps;
    const { name: route, label, keyed } = this.#plan;
    const attempt = this.#attempt;
    if (this.#loginLimited) throw error;
    const repeatable = this.#plan.route.method === 'GET' || (keyed && announced.has('idempotency'));
    const delayMs = retryDelay(error, attempt, repeatable, retry, random);
    const limited = error instanceof RateLimitError;
    // Also when this call gives up: the others need not be told the same.
    if (limited) gate.close(delayMs ?? error.retryAfterMs);
    if (delayMs === undefined || this.#plan.once) throw error;
    const failure = error as ChatError;
    const waitMs = Math.round(delayMs);
    logger.warn(`${label} is tried again.`, { attempt, delayMs: waitMs, error: failure.message });
    void tellHook(this.#deps, 'onRetry', () => ({ route, attempt, delayMs, error: failure }));
    // After a refusal over the allowance the gate is what waits.
    return limited ? 0 : delayMs;
  }

  /**
   * One try, which may take several requests: a refused token is renewed once, beneath the retries,
   * and spends none of them. One out of the store is no renewal yet: another tab may have left it
   * there long ago.
   */
  async #try(): Promise<unknown> {
    const { route, fixedToken } = this.#plan;
    if (!route.auth) return this.#read(await this.#send());
    let token = fixedToken ?? (await this.#token());
    const { refusals } = this.#tokens;
    let answer = await this.#send(token);
    // Bounded also when other tabs leave one token after the other there.
    let left = fixedToken === undefined ? 2 : 0;
    while (answer.status === 401 && left > 0) {
      token = await this.#renewed(token, refusals, answer);
      left = token === this.#tokens.fromStore ? left - 1 : 0;
      answer = await this.#send(token);
    }
    return this.#read(answer);
  }

  #send(token?: string): Promise<Answer> {
    return send(this.#plan, this.#attempt, token, this.#scope, this.#deps);
  }

  #token(): string | Promise<string> {
    this.#demandSession();
    return this.#tokens.peek() ?? this.#waitForToken(() => this.#tokens.token());
  }

  async #renewed(token: string, refusals: number, answer: Answer): Promise<string> {
    this.#demandSession();
    try {
      return await this.#waitForToken(() => this.#tokens.refresh(token, undefined, refusals));
    } catch (error) {
      const nothingToRenewWith = error instanceof TokenUnavailableError && error.reason === 'none';
      throw nothingToRenewWith ? this.#refused(answer) : error;
    }
  }

  #demandSession(): void {
    if (this.#tokens.epoch !== this.#epoch) throw new TokenUnavailableError('logged_out');
  }

  async #waitForToken(ask: () => Promise<string>): Promise<string> {
    const { gate } = this.#deps;
    const { timeoutMs } = this.#plan;
    // While the gate held back the login, its silence was not the backend's.
    const grace = () => gate.opensInMs() + timeoutMs;
    try {
      return await this.#scope.run(ask, timeoutMs, 'Getting a token', grace);
    } catch (error) {
      this.#loginLimited = error instanceof RateLimitError;
      throw error;
    }
  }

  #read(answer: Answer): unknown {
    const { route, name, label } = this.#plan;
    const { announced, validate } = this.#deps;
    if (answer.ok) return readAnswer(answer, name, label, validate);
    const error = this.#refused(answer);
    const unknownRoute = [404, 405, 501].includes(answer.status) && route.layer === 'extension';
    if (unknownRoute && !announced.has(name as HttpExtension)) {
      throw new ExtensionUnavailableError(name, { cause: error });
    }
    throw error;
  }

  #refused(answer: Answer): ChatError {
    const { now, secrets } = this.#deps;
    return refusal(answer, this.#plan.label, this.#attempt, now(), secrets.redact);
  }
}
