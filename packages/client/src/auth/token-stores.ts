import { addListener } from '../lib/add-listener.js';

/**
 * A stored token. Times are of the local clock, in milliseconds since the epoch.
 *
 * @example
 * ```ts
 * import { type StoredToken, webStorageTokenStore } from '@chat/client';
 *
 * // Show the chat or the login form? Decided before any call.
 * const stored: StoredToken | undefined = await webStorageTokenStore().get();
 * const isLoggedIn = stored !== undefined && (stored.expiresAt ?? Infinity) > Date.now();
 * ```
 */
export interface StoredToken {
  /** The token itself. It is a secret. */
  readonly accessToken: string;
  /** When to refresh it, in milliseconds since the epoch; undefined when its lifetime is unknown. */
  readonly refreshAt?: number | undefined;
  /** When it expires, in milliseconds since the epoch; undefined when its lifetime is unknown. */
  readonly expiresAt?: number | undefined;
  /** The URL of the API that issued it; the client sends it to no other. */
  readonly backend?: string | undefined;
  /** Its user; the client uses it for no other. */
  readonly username?: string | undefined;
  /** Changes with each login after a logout: a client with another id is logged out. */
  readonly signInId?: string | undefined;
}

/**
 * Stores the token outside of the client, for example between two loads of a page.
 *
 * @example
 * ```ts
 * import { readFile, rm, writeFile } from 'node:fs/promises';
 * import type { TokenStore } from '@chat/client';
 *
 * // For a command that runs often: one login serves many runs.
 * const file = './.chat-token.json';
 * const tokenStore: TokenStore = {
 *   get: async () => JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) ?? undefined,
 *   set: (token) => writeFile(file, JSON.stringify(token), { mode: 0o600 }),
 *   clear: () => rm(file, { force: true }),
 * };
 * ```
 */
export interface TokenStore {
  /** The stored token, or `undefined`. */
  get(): StoredToken | undefined | Promise<StoredToken | undefined>;
  /** Stores the token, replacing the previous one. */
  set(token: StoredToken): void | Promise<void>;
  /** Deletes the token, after a logout. */
  clear(): void | Promise<void>;
  /**
   * Runs `work` while no other client of the store does. Only a store that several clients share needs it.
   */
  lock?<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Calls `listener` when another client may have changed the token; returns a function that ends that. With it, a
   * logout in one tab logs out the others at once, and a login logs in those that show their login form; without it, this
   * happens when they use the store the next time.
   */
  subscribe?(listener: () => void): () => void;
}

/**
 * The methods of `localStorage` and `sessionStorage` that the token store needs.
 *
 * @example
 * ```ts
 * import { type WebStorageLike, webStorageTokenStore } from '@chat/client';
 *
 * // For a test, or a runtime without `localStorage`.
 * const entries = new Map<string, string>();
 * const storage: WebStorageLike = {
 *   getItem: (key) => entries.get(key) ?? null,
 *   setItem: (key, value) => void entries.set(key, value),
 *   removeItem: (key) => void entries.delete(key),
 * };
 * const tokenStore = webStorageTokenStore({ storage });
 * ```
 */
export interface WebStorageLike {
  /** The value of the key, or `null`. */
  getItem(key: string): string | null;
  /** Sets the value of the key. */
  setItem(key: string, value: string): void;
  /** Deletes the key. */
  removeItem(key: string): void;
}

/**
 * Options of {@link webStorageTokenStore}.
 *
 * @example
 * ```ts
 * import { webStorageTokenStore } from '@chat/client';
 *
 * // One login for each tab and each user.
 * const tokenStore = webStorageTokenStore({ storage: sessionStorage, key: 'chat-token:ada' });
 * ```
 */
export interface WebStorageTokenStoreOptions {
  /**
   * Where to store the token.
   * @default localStorage, which all tabs of an origin share
   */
  storage?: WebStorageLike | undefined;
  /**
   * The key in the storage. Clients that are logged in at the same time as different users, or at different backends,
   * need different ones: a key stores one token.
   * @default '@chat/client.token'
   */
  key?: string | undefined;
}

interface LockManagerLike {
  request<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** For each storage, the unfinished work of each key. */
const pendingByStorage = new WeakMap<object, Map<string, Promise<void>>>();

/**
 * Replaces Web Locks where they are missing: outside secure contexts, in older browsers and in Node. It works within
 * one process; two tabs may log in twice.
 */
function runExclusive<Result>(
  storage: object,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const turns = pendingByStorage.get(storage) ?? new Map<string, Promise<void>>();
  pendingByStorage.set(storage, turns);
  const result = Promise.resolve(turns.get(key)).then(work);
  const done = () => {
    if (turns.get(key) === turn) turns.delete(key);
  };
  const turn = result.then(done, done);
  turns.set(key, turn);
  return result;
}

/** The clients of this process, by storage: the window's `storage` event only notifies other tabs. */
const listenersByStorage = new WeakMap<object, Set<() => void>>();

/**
 * Stores the token in the browser: it survives a reload, and all tabs share one login and one logout. Every script of the page can
 * read it there, also a script of an attacker (XSS).
 *
 * @example
 * ```ts
 * import { ChatClient, webStorageTokenStore } from '@chat/client';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   tokenStore: webStorageTokenStore(),
 * });
 * ```
 */
export function webStorageTokenStore(options: WebStorageTokenStoreOptions = {}): TokenStore {
  const { key = '@chat/client.token' } = options;
  // Looked up at each use, because some browsers throw on access when storage is disabled.
  const storage = () => options.storage ?? (globalThis.localStorage as WebStorageLike);
  const notify = () => {
    for (const listener of listenersByStorage.get(storage()) ?? []) listener();
  };
  return {
    get: () => parseStoredToken(storage().getItem(key)),
    set(token) {
      storage().setItem(key, JSON.stringify(token));
      notify();
    },
    clear() {
      storage().removeItem(key);
      notify();
    },
    subscribe(listener) {
      const target = storage();
      const listeners = listenersByStorage.get(target) ?? new Set();
      listenersByStorage.set(target, listeners.add(listener));
      const stops = [
        addListener(globalThis, 'storage', listener),
        // A page that was frozen, or left and restored, gets the `storage` event late or never. Until then it must not
        // use the token of a user who has logged out.
        addListener(globalThis.document, 'resume', listener),
        addListener(globalThis, 'pageshow', listener),
      ];
      return () => {
        listeners.delete(listener);
        for (const stop of stops) stop();
      };
    },
    lock(work) {
      const locks = (globalThis.navigator as { locks?: LockManagerLike } | undefined)?.locks;
      return locks ? locks.request(key, work) : runExclusive(Object(storage()), key, work);
    },
  };
}

/** `undefined` for a value of another version or another program. */
function parseStoredToken(text: string | null): StoredToken | undefined {
  try {
    const token = JSON.parse(text ?? '') as StoredToken;
    return typeof token.accessToken === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
