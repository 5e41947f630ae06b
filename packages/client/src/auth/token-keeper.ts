import { isVisibleAscii } from '../demand.js';
import { ChatError } from '../errors/chat-error.js';
import { safeCause } from '../errors/safe-cause.js';
import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import type { CallScope } from '../http/call-scope.js';
import type { LiveScopes } from '../http/live-scopes.js';
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
  /** None when the token may be forgotten with the client. */
  readonly store: TokenStore | undefined;
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

const nothingToRenewWith =
  'The token was refused and there is nothing to renew it with: give the client credentials or getToken.';

/** A renewal that failed for good: trying it again at once would fail in the same way. */
interface Refusal {
  readonly rejected: string;
  readonly error: unknown;
}

/** The one token of a client: who needs it asks here, and only one at a time asks outside. */
export class TokenKeeper implements TokenSource {
  fromStore: string | undefined;
  /** Counts the logouts: a call that began before one must not log in again after it. */
  epoch = 0;
  /** Counts the renewals that failed for good: a call that left before one shares what came of it. */
  refusals = 0;
  readonly #deps: TokenKeeperDependencies;
  #current: StoredToken | undefined;
  #flight: Promise<string> | undefined;
  #flightScope: CallScope | undefined;
  #failures = 0;
  #restUntil = 0;
  #lastRefusal: Refusal | undefined;

  constructor(dependencies: TokenKeeperDependencies) {
    this.#deps = dependencies;
    const { initialToken: accessToken, provider, now } = dependencies;
    if (accessToken === undefined) return;
    // With nothing to renew it with it is used until it is refused.
    this.#adopt(provider ? withLifetime(accessToken, now()) : { accessToken });
  }

  /** The current token when it can be used as it is: the way without a single wait. */
  peek(): string | undefined {
    const current = this.#current;
    return current !== undefined && !this.#isOld(current) ? current.accessToken : undefined;
  }

  async token(signal?: AbortSignal): Promise<string> {
    const ready = this.peek();
    if (ready !== undefined) return ready;
    const old = this.#current;
    if (old === undefined) return this.#share('initial', old, signal);
    const { expiresAt } = old;
    const { now, timeoutMs } = this.#deps;
    const leftMs = (expiresAt ?? 0) - now();
    // One caller waits for what comes in its place, and gives up in time; to the others it is good to its end.
    const limitMs = leftMs > 0 ? Math.min(leftMs, timeoutMs) / 2 : undefined;
    this.#current = { ...old, refreshAt: expiresAt };
    try {
      return await this.#share('expiring', old, signal, limitMs);
    } catch (error) {
      const spare = this.peek();
      if (spare === undefined) throw error;
      return spare;
    }
  }

  /** `refusalsSeen`: what `refusals` was when the request left that the backend refused. */
  async refresh(rejected: string, signal?: AbortSignal, refusalsSeen?: number): Promise<string> {
    const refusal = this.#lastRefusal;
    const isNews = refusalsSeen !== undefined && refusalsSeen !== this.refusals;
    // Asked anew by each of many calls, wrong credentials would spend all logins of a minute.
    if (isNews && refusal?.rejected === rejected) throw refusal.error;
    const current = this.#current;
    if (current !== undefined && current.accessToken !== rejected) return this.token(signal);
    return this.#share('rejected', { accessToken: rejected }, signal);
  }

  /** Forgets the token, ends a refresh under way, and returns what has to be given back. */
  async retire(): Promise<string | undefined> {
    const { store, live } = this.#deps;
    let token = this.#current;
    this.epoch += 1;
    this.#current = undefined;
    this.#flightScope?.end(new TokenUnavailableError('logged_out'));
    this.#flight = undefined;
    await live.around('logout', undefined, (scope) =>
      this.#withStore(scope, 'cleared', async () => {
        token ??= await this.#stored();
        await store?.clear();
      }),
    );
    return token?.accessToken;
  }

  /** One flight for all who ask meanwhile; a caller who gives up leaves it to the others. */
  #share(
    reason: TokenReason,
    old: StoredToken | undefined,
    signal?: AbortSignal,
    limitMs?: number,
  ): Promise<string> {
    this.#flight ??= this.#depart(reason, old);
    const flight = this.#flight;
    return this.#deps.live.around('Waiting for a token', signal, (scope) =>
      scope.run(() => flight, limitMs),
    );
  }

  #depart(reason: TokenReason, old: StoredToken | undefined): Promise<string> {
    const flight = this.#deps.live.around('Getting a token', undefined, async (scope) => {
      this.#flightScope = scope;
      try {
        return await this.#locked(scope, () => this.#renew(reason, old, scope));
      } catch (error) {
        if (old !== undefined && !isPassing(error)) {
          this.refusals += 1;
          this.#lastRefusal = { rejected: old.accessToken, error };
        }
        throw error;
      } finally {
        if (this.#flightScope === scope) this.#flight = undefined;
      }
    });
    // Everybody who waits for it may have gone by the time it fails.
    flight.catch(() => undefined);
    return flight;
  }

  /** The time limit holds for the wait in front of the lock, not for what is done behind it. */
  #locked(scope: CallScope, work: () => Promise<string>): Promise<string> {
    const { store, timeoutMs } = this.#deps;
    let entered = false;
    return scope.run(
      async (signal) => {
        const enter = async () => {
          signal.throwIfAborted();
          entered = true;
          return work();
        };
        return store?.lock === undefined ? enter() : store.lock(enter);
      },
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
    const stored = await this.#withStore(scope, 'read', () => this.#stored());
    if (stored !== undefined && stored.accessToken !== old?.accessToken && !this.#isOld(stored)) {
      this.#adopt(stored, stored.accessToken);
      return stored.accessToken;
    }
    return this.#obtain(reason, scope);
  }

  async #obtain(reason: TokenReason, scope: CallScope): Promise<string> {
    const { provider, store, now, random, retry, logger, secrets, onRefreshed } = this.#deps;
    if (provider === undefined) {
      const refused = reason === 'rejected' ? nothingToRenewWith : undefined;
      throw new TokenUnavailableError('none', refused);
    }
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
    await this.#withStore(scope, 'written', async () => {
      await store?.set(token);
      if (this.#current === undefined) await store?.clear();
    });
    logger.info('Got a token.', { reason });
    onRefreshed({ reason, expiresAt: token.expiresAt });
    return accessToken;
  }

  /** A text that no header can carry is no token, whoever left it there. */
  async #stored(): Promise<StoredToken | undefined> {
    const stored = await this.#deps.store?.get();
    if (!isVisibleAscii(stored?.accessToken)) return undefined;
    this.#deps.secrets.add(stored.accessToken);
    return stored;
  }

  /** A store that fails costs a login, and no call. */
  async #withStore<T>(
    scope: CallScope,
    done: 'read' | 'written' | 'cleared',
    use: () => T | Promise<T>,
  ): Promise<T | undefined> {
    const { timeoutMs, logger } = this.#deps;
    try {
      return await scope.run(async () => use(), timeoutMs);
    } catch {
      scope.throwIfEnded();
      logger.warn(`The token store could not be ${done}.`);
      return undefined;
    }
  }

  #adopt(token: StoredToken, fromStore?: string): void {
    this.#deps.secrets.add(token.accessToken);
    this.#current = token;
    this.fromStore = fromStore;
  }

  #isOld(token: StoredToken): boolean {
    return token.refreshAt !== undefined && this.#deps.now() >= token.refreshAt;
  }
}
