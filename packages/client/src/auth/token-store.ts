/**
 * A token as it is kept. Times are the local clock's, in milliseconds since the epoch.
 *
 * @example
 * ```ts
 * import { type StoredToken, webStorageTokenStore } from '@chat/client';
 *
 * // Whether to show the chat or the form to log in, before any call.
 * const kept: StoredToken | undefined = await webStorageTokenStore().get();
 * const isLoggedIn = kept !== undefined && (kept.expiresAt ?? Infinity) > Date.now();
 * ```
 */
export interface StoredToken {
  /** The token itself: whoever has it is the user. */
  readonly accessToken: string;
  /** When to get a new one; missing when the token does not tell its lifetime. */
  readonly refreshAt?: number | undefined;
  /** When it stops being good; missing when the token does not tell. */
  readonly expiresAt?: number | undefined;
}

/**
 * Where tokens are kept between calls, or between loads of a page.
 *
 * @example
 * ```ts
 * import { readFile, rm, writeFile } from 'node:fs/promises';
 * import type { TokenStore } from '@chat/client';
 *
 * // For a command that is started again and again: one login serves many runs.
 * const file = './.chat-token.json';
 * const tokenStore: TokenStore = {
 *   get: async () => JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) ?? undefined,
 *   set: (token) => writeFile(file, JSON.stringify(token), { mode: 0o600 }),
 *   clear: () => rm(file, { force: true }),
 * };
 * ```
 */
export interface TokenStore {
  /** The token that was kept last, `undefined` when there is none. */
  get(): StoredToken | undefined | Promise<StoredToken | undefined>;
  /** Keeps a token in the place of the one before. */
  set(token: StoredToken): void | Promise<void>;
  /** Forgets the token, after a logout or a refusal. */
  clear(): void | Promise<void>;
  /**
   * Runs `work` while nobody else who shares the store does. Left out by stores that are not shared.
   */
  lock?<Result>(work: () => Promise<Result>): Promise<Result>;
}
