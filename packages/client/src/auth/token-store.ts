/** A token as it is kept. Times are the local clock's, in milliseconds since the epoch. */
export interface StoredToken {
  /** The token itself: whoever has it is the user. */
  readonly accessToken: string;
  /** When to get a new one; missing when the token does not tell its lifetime. */
  readonly refreshAt?: number | undefined;
  /** When it stops being good; missing when the token does not tell. */
  readonly expiresAt?: number | undefined;
}

/** Where tokens are kept between calls, or between loads of a page. */
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
