import { ChatError } from '../errors/chat-error.js';
import { safeCause } from '../errors/safe-cause.js';
import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import { CallScope, type LiveScopes } from '../http/call-scope.js';
import { backoff, isPassing, type RetryPolicy } from '../http/retry-policy.js';
import type { Secrets } from '../redact.js';
import type { TokenRefreshedState } from '../types/hooks.js';
import type { ChatLogger } from '../types/logger.js';
import { withLifetime } from './token-lifetime.js';
import type { TokenReason, TokenSource } from './token-source.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** Gets a new token from outside; every wait of it goes through `scope`. */
export type TokenProvider = (reason: TokenReason, scope: CallScope) => Promise<string>;

export interface TokenKeeperDependencies {
  readonly store: TokenStore;
  /** The application's own token, used until it is refused. */
  readonly initialToken: string | undefined;
  readonly provider: TokenProvider | undefined;
  readonly live: LiveScopes;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly secrets: Secrets;
  readonly logger: ChatLogger;
  readonly now: () => number;
  readonly random: () => number;
  onRefreshed(state: TokenRefreshedState): void;
}

/** A renewal that failed for good: trying it again at once would fail in the same way. */
interface Refusal {
  readonly rejected: string;
  readonly error: unknown;
}

interface Flight {
  readonly scope: CallScope;
  readonly result: Promise<string>;
}

/** The one token of a client: who needs it asks here, and only one at a time asks outside. */
export class TokenKeeper implements TokenSource {
  readonly #deps: TokenKeeperDependencies;
  #current: StoredToken | undefined;
  #flight: Flight | undefined;
  #loggedOut: string | undefined;
  #failures = 0;
  #restUntil = 0;
  #epoch = 0;
  #refusals = 0;
  #lastRefusal: Refusal | undefined;

  constructor(dependencies: TokenKeeperDependencies) {
    this.#deps = dependencies;
    const { initialToken } = dependencies;
    if (initialToken !== undefined) this.#adopt({ accessToken: initialToken });
  }

  /** Counts the logouts: a call that began before one must not log in again after it. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Counts the renewals that failed for good: a call that left before one shares what came of it. */
  get refusals(): number {
    return this.#refusals;
  }

  /** The current token when it can be used as it is: the way without a single wait. */
  peek(): string | undefined {
    const current = this.#current;
    return current !== undefined && !this.#isOld(current) ? current.accessToken : undefined;
  }

  token(signal?: AbortSignal): Promise<string> {
    const ready = this.peek();
    if (ready !== undefined) return Promise.resolve(ready);
    const old = this.#current;
    return this.#share(old === undefined ? 'initial' : 'expiring', old, signal);
  }

  /** `refusalsSeen`: what `refusals` was when the request left that the backend refused. */
  refresh(rejected: string, signal?: AbortSignal, refusalsSeen?: number): Promise<string> {
    if (rejected === this.#loggedOut) {
      return Promise.reject(new TokenUnavailableError('logged_out'));
    }
    const refusal = this.#lastRefusal;
    const isNews = refusalsSeen !== undefined && refusalsSeen !== this.#refusals;
    // Asked anew by each of many calls, wrong credentials would spend all logins of a minute.
    if (isNews && refusal?.rejected === rejected) return Promise.reject(refusal.error);
    const current = this.#current;
    if (current !== undefined && current.accessToken !== rejected) return this.token(signal);
    return this.#share('rejected', { accessToken: rejected }, signal);
  }

  /** Forgets the token, ends a refresh under way, and returns what has to be given back. */
  async retire(): Promise<string | undefined> {
    const { store, logger } = this.#deps;
    let token = this.#current;
    this.#epoch += 1;
    this.#current = undefined;
    this.#flight?.scope.end(new TokenUnavailableError('logged_out'));
    this.#flight = undefined;
    try {
      token ??= await store.get();
      await store.clear();
    } catch {
      logger.warn('The token store could not be cleared.');
    }
    this.#loggedOut = token?.accessToken;
    return token?.accessToken;
  }

  /** One flight for all who ask meanwhile; a caller who gives up leaves it to the others. */
  #share(reason: TokenReason, old: StoredToken | undefined, signal?: AbortSignal): Promise<string> {
    this.#flight ??= this.#depart(reason, old);
    const { result } = this.#flight;
    if (signal === undefined) return result;
    const waiting = new CallScope('Waiting for a token', this.#deps.live, signal);
    return waiting.run(() => result).finally(() => waiting.dispose());
  }

  #depart(reason: TokenReason, old: StoredToken | undefined): Flight {
    const scope = new CallScope('Getting a token', this.#deps.live, undefined);
    const result = this.#locked(scope, () => this.#renew(reason, old, scope))
      .catch((error) => {
        if (reason === 'rejected' && old !== undefined) this.#note(old.accessToken, error);
        throw error;
      })
      .finally(() => {
        scope.dispose();
        if (this.#flight === flight) this.#flight = undefined;
      });
    const flight = { scope, result };
    // Everybody who waits for it may have gone by the time it fails.
    result.catch(() => undefined);
    return flight;
  }

  #note(rejected: string, error: unknown): void {
    if (isPassing(error)) return;
    this.#refusals += 1;
    this.#lastRefusal = { rejected, error };
  }

  /** The time limit holds for the wait in front of the lock, not for what is done behind it. */
  #locked(scope: CallScope, work: () => Promise<string>): Promise<string> {
    const { store, timeoutMs } = this.#deps;
    const lock = store.lock?.bind(store);
    if (lock === undefined) return scope.run(work);
    let entered = false;
    const enter = (signal: AbortSignal) => {
      signal.throwIfAborted();
      entered = true;
      return work();
    };
    return scope.run(
      async (signal) => lock(async () => enter(signal)),
      timeoutMs,
      'Waiting for another tab to get a token',
      () => (entered ? Number.POSITIVE_INFINITY : 0),
    );
  }

  async #renew(
    reason: TokenReason,
    old: StoredToken | undefined,
    scope: CallScope,
  ): Promise<string> {
    const stored = await this.#load(scope);
    if (stored !== undefined && stored.accessToken !== old?.accessToken && !this.#isOld(stored)) {
      this.#adopt(stored);
      return stored.accessToken;
    }
    try {
      return await this.#obtain(reason, scope);
    } catch (error) {
      const stillGood = reason === 'expiring' && this.#deps.now() < (old?.expiresAt ?? 0);
      if (!stillGood || old === undefined || !isPassing(error)) throw error;
      return old.accessToken;
    }
  }

  async #obtain(reason: TokenReason, scope: CallScope): Promise<string> {
    const { provider, now, random, retry, logger, secrets, onRefreshed } = this.#deps;
    if (provider === undefined) throw new TokenUnavailableError('none');
    if (this.#restUntil > now()) await scope.sleep(this.#restUntil - now());
    let accessToken: string;
    try {
      accessToken = await provider(reason, scope);
    } catch (error) {
      if (isPassing(error)) {
        // The callers try again each in their own time, and must not make one login each.
        this.#failures += 1;
        this.#restUntil = now() + backoff(this.#failures, retry, random);
      }
      if (error instanceof ChatError) throw error;
      const cause = safeCause(error, secrets.redact);
      throw new TokenUnavailableError('failed', undefined, { cause });
    }
    scope.throwIfEnded();
    const token = withLifetime(accessToken, now());
    this.#failures = 0;
    this.#adopt(token);
    await this.#save(token, scope);
    logger.info('Got a token.', { reason });
    onRefreshed({ reason, expiresAt: token.expiresAt });
    return accessToken;
  }

  async #load(scope: CallScope): Promise<StoredToken | undefined> {
    const { store, timeoutMs, logger } = this.#deps;
    try {
      return await scope.run(async () => store.get(), timeoutMs, 'Reading the token store');
    } catch {
      scope.throwIfEnded();
      logger.warn('The token store could not be read.');
      return undefined;
    }
  }

  async #save(token: StoredToken, scope: CallScope): Promise<void> {
    const { store, timeoutMs, logger } = this.#deps;
    try {
      const write = async () => {
        await store.set(token);
        if (this.#current === undefined) await store.clear();
      };
      await scope.run(write, timeoutMs, 'Writing the token store');
    } catch {
      scope.throwIfEnded();
      logger.warn('The token store could not be written.');
    }
  }

  #adopt(token: StoredToken): void {
    this.#deps.secrets.add(token.accessToken);
    this.#current = token;
  }

  #isOld(token: StoredToken): boolean {
    return token.refreshAt !== undefined && this.#deps.now() >= token.refreshAt;
  }
}
