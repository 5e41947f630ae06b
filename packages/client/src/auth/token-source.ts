/** Why a token is asked for: the first one, the old one nears its end, or a backend refused it. */
export type TokenReason = 'initial' | 'expiring' | 'rejected';

/** What REST and socket share to be authenticated: one token, one refresh at a time. */
export interface TokenSource {
  /** The current token; logs in or refreshes first when there is none or it is about to expire. */
  token(signal?: AbortSignal): Promise<string>;
  /**
   * Compare and refresh: asks for a new token only when `rejected` is still the current one, and
   * returns the current one otherwise.
   */
  refresh(rejected: string, signal?: AbortSignal): Promise<string>;
}
