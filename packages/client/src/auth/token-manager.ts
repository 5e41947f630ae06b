import { AuthenticationError } from '../errors/api-errors.js';
import { TokenUnavailableError } from '../errors/call-errors.js';
import type { ChatError } from '../errors/chat-error.js';
import { signedOutError } from '../errors/socket-errors.js';
import { isTransientLogin, type RetryPolicy, retryDelayMs } from '../http/retry-policy.js';
import type { CallTokens } from '../http/types.js';
import { backoffMs } from '../lib/backoff.js';
import type { ActiveOperations, CancellationScope } from '../lib/cancellation-scope.js';
import { randomId } from '../lib/random-id.js';
import { setLongTimeout } from '../lib/timers.js';
import type { AuthChange, AuthChangeReason, ChatUser } from '../types/auth.js';
import type { TokenRefreshedHookContext } from '../types/hooks.js';
import { SharedSignIn, type SharedSignInDependencies } from './shared-sign-in.js';
import { parseTokenLifetime, subjectOf } from './token-lifetime.js';
import type { GetToken, TokenProvider, TokenRequest } from './token-provider.js';
import type { TokenRequestReason, TokenSource } from './token-source.js';
import type { StoredToken } from './token-stores.js';

export interface TokenManagerDependencies extends SharedSignInDependencies {
  /** The initial token, from the application. */
  readonly token?: string | undefined;
  readonly provider: TokenProvider | undefined;
  /** The user of `provider`, if that is known without calling it. */
  readonly username: string | undefined;
  /** The application's own way to get tokens: with it, only the token contains the user. */
  readonly getToken?: GetToken | undefined;
  readonly operations: ActiveOperations;
  readonly retry: RetryPolicy;
  readonly now: () => number;
  readonly random: () => number;
  onRefreshed(context: TokenRefreshedHookContext): void;
  onAuthChange(change: AuthChange): void;
  /** Closes all sockets: their user is logged out. */
  closeSockets(error: ChatError): void;
  /** Invalidates a token that nobody uses, in the background. */
  revoke(token: string): void;
}

const howToLogIn = 'call login({ username, password }), set credentials or getToken.';
const cannotRefresh = `The backend rejected the token: ${howToLogIn}`;
const tokenExpired = `The token has expired: ${howToLogIn}`;
const maxLockWaitMs = 10_000;
/** A tab gets the lock before it sees what the last tab with the lock has stored: measured up to 2 ms in Chromium. */
const storageDelayMs = 50;
const expiryToleranceMs = 1_500;

/** A refresh that failed permanently: the same refresh would fail in the same way. */
interface RefreshFailure {
  readonly rejected: string;
  readonly error: unknown;
}

/** The token of a client, for all calls and sockets. At most one refresh runs at a time. */
export class TokenManager implements TokenSource {
  tokenFromStore: string | undefined;
  readonly #deps: TokenManagerDependencies;
  readonly #shared: SharedSignIn;
  #provider: TokenProvider | undefined;
  /** Whose token this client uses; undefined before the user is known. */
  #username: string | undefined;
  /** Whether the first stored token decides who the user is. */
  #acceptsAnyUser: boolean;
  #current: StoredToken | undefined;
  /** Another client of the store has logged out; only `login()` ends this. */
  #isSignedOut = false;
  #expiryTimer: ReturnType<typeof setTimeout> | undefined;
  #pendingRefresh: Promise<string> | undefined;
  #refreshScope: CancellationScope | undefined;
  #consecutiveFailures = 0;
  #retryDelayMs = 0;
  #retryNotBefore = 0;
  #logoutCount = 0;
  /** How many refreshes failed permanently. */
  #failedRefreshes = 0;
  #lastFailure: RefreshFailure | undefined;

  constructor(dependencies: TokenManagerDependencies) {
    this.#deps = dependencies;
    const { token: accessToken, provider, username, getToken, now } = dependencies;
    this.#provider = provider;
    this.#username = username;
    this.#acceptsAnyUser = provider === undefined && accessToken === undefined;
    this.#shared = new SharedSignIn(
      dependencies,
      () => this.#end('logout', signedOutError()),
      () => {
        if (this.#acceptsAnyUser) this.#adoptFirst();
        else this.#readStore().catch(() => undefined);
      },
    );
    if (accessToken !== undefined) {
      if (username === undefined) this.#username = subjectOf(accessToken);
      // Without a provider it cannot be refreshed, so it is used until the backend rejects it.
      this.#setCurrent(provider ? parseTokenLifetime(accessToken, now()) : { accessToken });
      return;
    }
    if (!getToken) this.#adoptFirst();
  }

  get user(): ChatUser | undefined {
    const current = this.#current;
    const isExpired = !this.#provider && this.#isPast(current?.expiresAt);
    if (current === undefined || isExpired || this.#username === undefined) return undefined;
    return { username: this.#username };
  }

  /** The tokens of one call. After a logout during the call, they throw instead of logging in again. */
  authorize(): CallTokens {
    const logoutCount = this.#logoutCount;
    let failedRefreshesSeen = 0;
    let refreshesLeft = 0;
    const startAttempt = <Token>(token: Token) => {
      failedRefreshesSeen = this.#failedRefreshes;
      // Bounded, also when other tabs put one rejected token after the other into the store.
      refreshesLeft = 2;
      return token;
    };
    const assertNotLoggedOut = () => {
      if (this.#logoutCount !== logoutCount) throw new TokenUnavailableError('logged_out');
    };
    return {
      peek: () => {
        assertNotLoggedOut();
        return startAttempt(this.peek());
      },
      token: async () => startAttempt(await this.token()),
      replace: async (rejected) => {
        if (refreshesLeft === 0) return undefined;
        assertNotLoggedOut();
        try {
          const token = await this.refresh(rejected, undefined, failedRefreshesSeen);
          // A token read from the store does not count as a refresh; another tab may have stored it long ago.
          refreshesLeft = token === this.tokenFromStore ? refreshesLeft - 1 : 0;
          return token;
        } catch (error) {
          if (error instanceof TokenUnavailableError && error.reason === 'none') return undefined;
          throw error;
        }
      },
    };
  }

  /** The current token, if it can be sent without waiting. */
  peek(): string | undefined {
    const current = this.#current;
    return current !== undefined && !this.#shouldRefresh(current) ? current.accessToken : undefined;
  }

  /**
   * Whether the backend should accept this token. Its lifetime is counted from its arrival, and the backend counts from
   * the second in which it was issued: it may expire earlier than known here.
   */
  isUsable(token: string): boolean {
    const current = this.#current;
    return current?.accessToken === token && !this.#isPast(current.expiresAt, expiryToleranceMs);
  }

  async token(signal?: AbortSignal): Promise<string> {
    const ready = this.peek();
    if (ready !== undefined) return ready;
    if (this.#isSignedOut) throw new TokenUnavailableError('logged_out', signedOutError().message);
    const old = this.#current;
    if (old === undefined) return this.#joinRefresh('initial', old, signal);
    const { expiresAt } = old;
    const { now, timeoutMs } = this.#deps;
    const leftMs = (expiresAt ?? 0) - now();
    // One caller waits for the new token, but not until the old one expires; the others use the old one meanwhile.
    const limitMs = leftMs > 0 ? Math.min(leftMs, timeoutMs) / 2 : undefined;
    this.#current = { ...old, refreshAt: expiresAt };
    try {
      return await this.#joinRefresh('expiring', old, signal, limitMs);
    } catch (error) {
      const stillValid = this.peek();
      if (stillValid !== undefined) return stillValid;
      if (this.#pendingRefresh === undefined) throw error;
      // The old token expired during the wait, so there is nothing to use instead.
      return await this.#joinRefresh('expiring', old, signal);
    }
  }

  /** A token for a new connection, unless another tab has logged out since this one used the store. */
  async tokenForSocket(signal?: AbortSignal): Promise<string> {
    if (this.#shared.isStored) await this.#readStore(signal);
    if (this.#isSignedOut) throw signedOutError();
    return this.token(signal);
  }

  /** `failedRefreshesSeen`: the count when the rejected request was sent. */
  async refresh(
    rejected: string,
    signal?: AbortSignal,
    failedRefreshesSeen: number = this.#failedRefreshes,
  ): Promise<string> {
    const failure = this.#lastFailure;
    // With wrong credentials, one login for each of many calls would use up the rate limit of logins.
    const hasFailedSince = failedRefreshesSeen !== this.#failedRefreshes;
    if (hasFailedSince && failure?.rejected === rejected) throw failure.error;
    const current = this.#current;
    if (current !== undefined && current.accessToken !== rejected) return this.token(signal);
    return this.#joinRefresh('rejected', { accessToken: rejected }, signal);
  }

  /** Logs in with what the client was created with, or what `signIn` remembered. */
  async logIn(scope: CancellationScope): Promise<string> {
    this.#isSignedOut = false;
    this.#acceptsAnyUser ||= this.#provider === undefined && this.#current === undefined;
    return this.#retry(scope, () => scope.waitFor(() => this.token()));
  }

  /** Logs in as this user. A stored token is never used instead. */
  async signIn(
    scope: CancellationScope,
    username: string,
    provider: TokenProvider,
    remember: boolean,
  ): Promise<string> {
    const isOtherUser = username !== this.#username;
    let accessToken: string;
    try {
      const request = await provider('initial', scope);
      accessToken = await this.#retry(scope, () => request.send(true));
    } catch (error) {
      // Whoever typed this name must not continue as the user before.
      if (error instanceof AuthenticationError && isOtherUser) {
        this.#end('refused', error);
        this.#username = username;
        this.#acceptsAnyUser = false;
      }
      throw error;
    }
    if (isOtherUser) this.#end('logout', signedOutError());
    this.#isSignedOut = false;
    this.#shared.forget();
    this.#provider = remember ? provider : undefined;
    await this.#accept(accessToken, username, 'initial', scope);
    return accessToken;
  }

  /** Forgets the token, cancels a refresh in progress, and returns the token that the backend must invalidate. */
  async takeForLogout(): Promise<string | undefined> {
    let token = this.#current;
    await this.#deps.operations.run('logout', undefined, async (scope) => {
      this.#end('logout', new TokenUnavailableError('logged_out'), false);
      const stored = await this.#shared.read(scope);
      // The sign-in of another user stays.
      if (!stored || (stored.signInId !== token?.signInId && !this.#isOwn(stored))) return;
      token ??= stored;
      await this.#shared.clear(scope);
    });
    return token?.accessToken;
  }

  /** After `client.close()`: no timer and no listener is left. */
  close(): void {
    clearTimeout(this.#expiryTimer);
    this.#shared.close();
  }

  /** All callers share one refresh; it continues when one of them is aborted. */
  #joinRefresh(
    reason: TokenRequestReason,
    old: StoredToken | undefined,
    signal?: AbortSignal,
    limitMs?: number,
  ): Promise<string> {
    this.#pendingRefresh ??= this.#startRefresh(reason, old);
    const refresh = this.#pendingRefresh;
    return this.#deps.operations.run('Waiting for a token', signal, (scope) =>
      scope.waitFor(() => refresh, limitMs),
    );
  }

  #startRefresh(reason: TokenRequestReason, old: StoredToken | undefined): Promise<string> {
    const { operations, tokenStore, timeoutMs, now, random, retry } = this.#deps;
    const refresh = operations.run('Getting a token', undefined, async (scope) => {
      this.#refreshScope = scope;
      let pending: Promise<TokenRequest> | undefined;
      const prepare = () => {
        pending ??= this.#provider?.(reason, scope);
        return pending;
      };
      const adopt = () => this.#adoptStored(old, scope, prepare);
      try {
        // Without the lock first: another tab that never releases it must not hide a valid token.
        return (
          (await adopt()) ??
          (await this.#shared.withLock(
            scope,
            Math.min(timeoutMs / 2, maxLockWaitMs),
            async () =>
              (await adopt()) ??
              (tokenStore?.lock && (await scope.sleep(storageDelayMs).then(adopt))) ??
              this.#requestToken(reason, scope, prepare),
          ))
        );
      } catch (error) {
        if (isTransientLogin(error)) {
          // Each caller retries after its own delay; without this wait, each of them would start a login.
          this.#consecutiveFailures += 1;
          this.#retryDelayMs = backoffMs(this.#consecutiveFailures, retry, random);
          this.#retryNotBefore = now() + this.#retryDelayMs;
        } else if (old !== undefined) {
          this.#failedRefreshes += 1;
          this.#lastFailure = { rejected: old.accessToken, error };
          const isUseless = reason === 'rejected' || this.#isPast(old.expiresAt);
          if (isUseless && error instanceof AuthenticationError) this.#end('refused', error);
        }
        throw error;
      } finally {
        if (this.#refreshScope === scope) this.#pendingRefresh = undefined;
      }
    });
    // All callers may have given up before it fails.
    refresh.catch(() => undefined);
    return refresh;
  }

  /** Uses the stored token if it is newer than `old` and belongs to the user of this client. */
  async #adoptStored(
    old: StoredToken | undefined,
    scope: CancellationScope,
    prepare: () => Promise<TokenRequest> | undefined,
  ): Promise<string | undefined> {
    const stored = await this.#shared.read(scope);
    scope.throwIfCancelled();
    if (!stored || stored.accessToken === old?.accessToken || this.#shouldRefresh(stored))
      return undefined;
    if (this.#username === undefined) this.#username = (await prepare())?.username;
    if (!this.#isOwn(stored)) return undefined;
    this.#adopt(stored);
    return stored.accessToken;
  }

  async #requestToken(
    reason: TokenRequestReason,
    scope: CancellationScope,
    prepare: () => Promise<TokenRequest> | undefined,
  ): Promise<string> {
    if (this.#provider === undefined) throw this.#cannotRenew(reason);
    // If the clock is set back, the wait must not grow by the difference.
    const waitMs = Math.min(this.#retryDelayMs, this.#retryNotBefore - this.#deps.now());
    if (waitMs > 0) await scope.sleep(waitMs);
    const request = await prepare();
    const accessToken = (await request?.send()) ?? '';
    scope.throwIfCancelled();
    await this.#accept(accessToken, request?.username, reason, scope);
    return accessToken;
  }

  /** Makes a new token the current one and stores it. */
  async #accept(
    accessToken: string,
    username: string | undefined,
    reason: TokenRequestReason,
    scope: CancellationScope,
  ): Promise<void> {
    const { tokenStore, now, logger, revoke, onRefreshed } = this.#deps;
    let isAccepted = false;
    const wasSignedIn = this.#current !== undefined;
    try {
      const stored = tokenStore && (await this.#shared.read(scope));
      username ??= subjectOf(accessToken);
      // What was started as one user never continues as another one: the application logs in again.
      if ((this.#current?.username ?? username) !== username) this.#end('logout', signedOutError());
      // Or another tab has logged out while the token was requested.
      scope.throwIfCancelled();
      this.#username = username;
      this.#acceptsAnyUser = false;
      const lifetime = parseTokenLifetime(accessToken, now());
      // A token without a user who can be compared would be ignored by other clients anyway.
      const signInId = (stored && this.#isOwn(stored) && stored.signInId) || randomId();
      const token = { ...lifetime, username: this.#username, signInId };
      this.#consecutiveFailures = 0;
      isAccepted = true;
      this.#setCurrent(token);
      await this.#shared.write(scope, token, () => this.#current !== undefined);
    } catch (error) {
      if (!isAccepted) revoke(accessToken);
      throw error;
    }
    logger.info('Got a token.', { reason });
    onRefreshed({ reason, expiresAt: this.#current?.expiresAt });
    this.#emit(wasSignedIn ? 'refresh' : 'login');
  }

  /** Signs in with the stored token, without waiting. */
  #adoptFirst(): void {
    const stored = this.#shared.readSync();
    if (stored && this.#isOwn(stored) && !this.#shouldRefresh(stored)) this.#adopt(stored);
  }

  #adopt(stored: StoredToken): void {
    const wasSignedIn = this.#current !== undefined;
    this.#username ??= stored.username ?? subjectOf(stored.accessToken);
    this.#acceptsAnyUser = false;
    this.#setCurrent(stored, stored.accessToken);
    this.#shared.join(stored);
    this.#emit(wasSignedIn ? 'refresh' : 'login');
  }

  /** Whether the stored token belongs to the user of this client. */
  #isOwn(stored: StoredToken): boolean {
    if (this.#acceptsAnyUser || this.#shared.isSameSignIn(stored)) return true;
    const { accessToken, username } = stored;
    const owner = this.#deps.getToken ? subjectOf(accessToken) : username;
    return owner !== undefined && owner === this.#username;
  }

  /** Notices a logout of another client of the store. */
  #readStore(signal?: AbortSignal): Promise<unknown> {
    return this.#deps.operations.run('Reading the token store', signal, (scope) =>
      this.#shared.read(scope),
    );
  }

  /** Nobody is signed in any more. */
  #end(reason: AuthChangeReason, error: ChatError, closeSockets = true): void {
    const { provider, username } = this.#deps;
    const wasSignedIn = this.#current !== undefined;
    clearTimeout(this.#expiryTimer);
    this.#current = undefined;
    if (reason === 'logout') {
      this.#logoutCount += 1;
      this.#isSignedOut = closeSockets;
      const cancelledWith = new TokenUnavailableError('logged_out');
      this.#refreshScope?.cancel(cancelledWith);
      this.#pendingRefresh = undefined;
      // The credentials of `signIn` are dropped.
      this.#provider = provider;
    } else if (this.#provider !== provider) this.#provider = undefined;
    this.#username = username;
    this.#shared.forget();
    if (closeSockets) this.#deps.closeSockets(error);
    if (wasSignedIn) this.#emit(reason);
  }

  #cannotRenew(reason: TokenRequestReason): ChatError {
    const current = this.#current;
    const isExpired = this.#isPast(current?.expiresAt);
    const message = isExpired ? tokenExpired : reason === 'rejected' ? cannotRefresh : undefined;
    const error = new TokenUnavailableError('none', message);
    const isUseless = isExpired || reason === 'rejected';
    // The application's own token is used again: it may have been rejected by mistake, and there is no other.
    if (isUseless && current?.accessToken !== this.#deps.token) this.#end('expired', error);
    return error;
  }

  /** Tries again after errors that may pass, as calls do. */
  async #retry<T>(scope: CancellationScope, work: () => Promise<T>): Promise<T> {
    const { retry, random } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const delayMs = isTransientLogin(error)
          ? retryDelayMs(error, attempt, true, retry, random)
          : undefined;
        if (delayMs === undefined) throw error;
        await scope.sleep(delayMs);
      }
    }
  }

  #setCurrent(token: StoredToken, tokenFromStore?: string): void {
    const { secrets, now } = this.#deps;
    const { accessToken, expiresAt } = token;
    secrets.add(accessToken);
    this.tokenFromStore = tokenFromStore;
    clearTimeout(this.#expiryTimer);
    this.#current = token;
    if (this.#provider !== undefined || expiresAt === undefined) return;
    // It cannot be renewed, so it is used to the end.
    this.#current = { ...token, refreshAt: expiresAt };
    const timer = setLongTimeout(() => {
      if (this.#isPast(expiresAt)) this.#cannotRenew('expiring');
      else this.#setCurrent(token, tokenFromStore);
    }, expiresAt - now());
    (timer as { unref?(): void }).unref?.();
    this.#expiryTimer = timer;
  }

  #emit(reason: AuthChangeReason): void {
    this.#deps.onAuthChange({ user: this.user, reason });
  }

  #shouldRefresh(token: StoredToken): boolean {
    const { refreshAt, expiresAt } = token;
    return this.#isPast(this.#provider ? refreshAt : expiresAt);
  }

  /** Whether the time `time` has come, or comes within `toleranceMs`. */
  #isPast(time: number | undefined, toleranceMs = 0): boolean {
    return time !== undefined && this.#deps.now() + toleranceMs >= time;
  }
}
