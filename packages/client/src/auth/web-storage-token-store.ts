import type { StoredToken, TokenStore } from './token-store.js';

/**
 * The part of `localStorage` and `sessionStorage` that is used.
 *
 * @example
 * ```ts
 * import { type WebStorageLike, webStorageTokenStore } from '@chat/client';
 *
 * // For a test, or wherever there is no `localStorage`.
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
  /** What stands under the key, `null` when nothing does. */
  getItem(key: string): string | null;
  /** Puts a text under the key. */
  setItem(key: string, value: string): void;
  /** Empties the key. */
  removeItem(key: string): void;
}

/**
 * Options of {@link webStorageTokenStore}.
 *
 * @example
 * ```ts
 * import { webStorageTokenStore } from '@chat/client';
 *
 * // A login for this tab alone, and one for each user of it.
 * const tokenStore = webStorageTokenStore({ storage: sessionStorage, key: 'chat-token:ada' });
 * ```
 */
export interface WebStorageTokenStoreOptions {
  /** @default localStorage, which all tabs of a page share */
  storage?: WebStorageLike | undefined;
  /**
   * Give each user and each backend of one page a key of its own.
   * @default '@chat/client.token'
   */
  key?: string | undefined;
}

interface LockManagerLike {
  request<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** For each storage, the last work under each key until it is done. */
const turnsOf = new WeakMap<object, Map<string, Promise<void>>>();

/**
 * For where there are none: outside secure contexts, in older browsers and in Node. They hold within the
 * process; another tab's rare second login is the price.
 */
function inTurn<Result>(
  storage: object,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const turns = turnsOf.get(storage) ?? new Map<string, Promise<void>>();
  turnsOf.set(storage, turns);
  const result = Promise.resolve(turns.get(key)).then(work);
  const done = () => {
    if (turns.get(key) === turn) turns.delete(key);
  };
  const turn = result.then(done, done);
  turns.set(key, turn);
  return result;
}

/**
 * Keeps the token in the browser, so that it survives a reload and all tabs share one login. Any
 * script of the page can read it there: choose it knowingly.
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
  // Looked up at each use: some browsers throw at the mere mention when storage is switched off.
  const storage = () => options.storage ?? (globalThis.localStorage as WebStorageLike);
  return {
    get: () => readStored(storage().getItem(key)),
    set: (token) => storage().setItem(key, JSON.stringify(token)),
    clear: () => storage().removeItem(key),
    lock(work) {
      const locks = (globalThis.navigator as { locks?: LockManagerLike } | undefined)?.locks;
      return locks ? locks.request(key, work) : inTurn(Object(storage()), key, work);
    },
  };
}

/** Whatever else stands there is no token: another version's, another program's. */
function readStored(text: string | null): StoredToken | undefined {
  try {
    const token = JSON.parse(text ?? '') as StoredToken;
    return typeof token.accessToken === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
