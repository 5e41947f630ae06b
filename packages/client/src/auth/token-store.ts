/** A token as it is kept. Times are the local clock's, in milliseconds since the epoch. */
export interface StoredToken {
  readonly accessToken: string;
  /** When to get a new one; missing when the token does not tell its lifetime. */
  readonly refreshAt?: number | undefined;
  readonly expiresAt?: number | undefined;
}

/** Where tokens are kept between calls, or between loads of a page. */
export interface TokenStore {
  get(): StoredToken | undefined | Promise<StoredToken | undefined>;
  set(token: StoredToken): void | Promise<void>;
  clear(): void | Promise<void>;
  /**
   * Runs `work` while nobody else who shares the store does. Left out by stores that are not shared.
   */
  lock?<Result>(work: () => Promise<Result>): Promise<Result>;
}
