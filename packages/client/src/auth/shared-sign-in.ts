import type { CancellationScope } from '../lib/cancellation-scope.js';
import type { Secrets } from '../lib/redaction.js';
import { isVisibleAscii } from '../options/validate.js';
import type { ChatLogger } from '../types/logger.js';
import type { StoredToken, TokenStore } from './token-stores.js';

export interface SharedSignInDependencies {
  /** Undefined when the token is only in memory. */
  readonly tokenStore?: TokenStore | undefined;
  /** The backend; the token of another one is never used. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly secrets: Secrets;
  readonly logger: ChatLogger;
}

/**
 * The token store, which other clients (in other tabs) may share. When this client's token was in the store, and the
 * store is empty later or has the token of another sign-in, another client has logged out: `onSignedOut` is called.
 */
export class SharedSignIn {
  readonly #deps: SharedSignInDependencies;
  readonly #onSignedOut: () => void;
  /** Whether the store contains the sign-in of this client. */
  #isStored = false;
  #signInId: string | undefined;
  readonly #unsubscribe: (() => void) | undefined;

  constructor(
    dependencies: SharedSignInDependencies,
    onSignedOut: () => void,
    onStoreChange: () => void,
  ) {
    this.#deps = dependencies;
    this.#onSignedOut = onSignedOut;
    // At once: another tab may log in while this one shows its login form.
    try {
      this.#unsubscribe = dependencies.tokenStore?.subscribe?.(onStoreChange);
    } catch {}
  }

  get isStored(): boolean {
    return this.#isStored;
  }

  /** Whether this is the sign-in of this client: the same user, without a logout since. */
  isSameSignIn({ signInId }: StoredToken): boolean {
    return this.#isStored && signInId !== undefined && signInId === this.#signInId;
  }

  /** Reads without waiting, before anyone is signed in; undefined for an asynchronous store. */
  readSync(): StoredToken | undefined {
    try {
      const token = this.#deps.tokenStore?.get();
      // It is read again, and its error reported, when the first call needs a token.
      Promise.resolve(token).catch(() => undefined);
      return this.#validate(token as StoredToken | undefined);
    } catch {
      return undefined;
    }
  }

  /** The stored token of this backend. */
  async read(scope: CancellationScope): Promise<StoredToken | undefined> {
    // Distinguishes an empty store from one that fails: nobody is logged out because of a failure.
    const result = await this.#attempt(scope, async (store) => [await store.get()]);
    if (result === undefined) return undefined;
    const [stored] = result;
    const token = this.#validate(stored);
    if (this.#isStored && (token === undefined || token.signInId !== this.#signInId)) {
      this.forget();
      // The store has one token. When a client of another backend has replaced it, nobody has logged out.
      if ((stored?.backend ?? this.#deps.apiUrl) === this.#deps.apiUrl) this.#onSignedOut();
    }
    return token;
  }

  /** From now on, this client has the sign-in of the stored token. */
  join({ signInId }: StoredToken): void {
    this.#signInId = signInId;
    this.#isStored = true;
  }

  async write(
    scope: CancellationScope,
    token: StoredToken,
    isSignedIn: () => boolean,
  ): Promise<void> {
    const { apiUrl: backend } = this.#deps;
    const back = await this.#attempt(scope, async (store) => {
      await store.set({ ...token, backend });
      // A logout while the store was written.
      if (!isSignedIn()) await store.clear();
      // Some stores do not keep what is set, for example in a private window.
      return store.get();
    });
    if (back?.accessToken === token.accessToken) this.join(back);
    else this.forget();
  }

  forget(): void {
    this.#isStored = false;
    this.#signInId = undefined;
  }

  close(): void {
    this.#unsubscribe?.();
  }

  async clear(scope: CancellationScope): Promise<void> {
    this.forget();
    await this.#attempt(scope, async (store) => store.clear());
  }

  /**
   * Runs `work` while no other client of the store does. When the lock is not available within `limitMs`, `work` runs
   * without it: a tab that never releases the lock must not prevent a login.
   */
  withLock<T>(scope: CancellationScope, limitMs: number, work: () => Promise<T>): Promise<T> {
    const { tokenStore: store } = this.#deps;
    if (store?.lock === undefined) return work();
    return scope.waitFor(
      (signal) =>
        new Promise<T>((resolve, reject) => {
          let result: Promise<T> | undefined;
          const start = async () => {
            clearTimeout(timer);
            if (signal.aborted) return;
            result ??= work();
            // Holds the lock until then.
            await result.then(resolve, reject);
          };
          const timer = setTimeout(start, limitMs);
          signal.addEventListener('abort', () => clearTimeout(timer));
          (async () => store.lock?.(start))().catch(start);
        }),
    );
  }

  /** Ignores tokens of other backends, and texts that no header can contain. */
  #validate(token: StoredToken | undefined): StoredToken | undefined {
    const { apiUrl, secrets } = this.#deps;
    if (!isVisibleAscii(token?.accessToken)) return undefined;
    secrets.add(token.accessToken);
    return (token.backend ?? apiUrl) === apiUrl ? token : undefined;
  }

  /** A store that fails may cause another login, but no call fails. */
  async #attempt<T>(
    scope: CancellationScope,
    work: (store: TokenStore) => Promise<T>,
  ): Promise<T | undefined> {
    const { tokenStore: store, timeoutMs, logger } = this.#deps;
    if (store === undefined) return undefined;
    try {
      return await scope.waitFor(() => work(store), timeoutMs);
    } catch {
      scope.throwIfCancelled();
      logger.warn('The token store failed.');
      return undefined;
    }
  }
}
