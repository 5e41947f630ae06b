/**
 * Why a token is asked for: the first one, the old one nears its end, or a backend refused it.
 *
 * @example
 * ```ts
 * import { ChatClient, type TokenReason } from '@chat/client';
 *
 * // Many tokens that were refused before their time: somebody ends them, or a clock is wrong.
 * const renewals: Record<TokenReason, number> = { initial: 0, expiring: 0, rejected: 0 };
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   hooks: { onTokenRefreshed: ({ reason }) => void (renewals[reason] += 1) },
 * });
 * ```
 */
export type TokenReason = 'initial' | 'expiring' | 'rejected';

/** What REST and socket share to be authenticated: one token, one refresh at a time. */
export interface TokenSource {
  /**
   * The current token when it came out of the store. Nobody has asked for it in the place of a refused
   * one, and it may be as old as that: when it is refused too, it has still to be refreshed.
   */
  readonly fromStore?: string | undefined;
  /** The current token; logs in or refreshes first when there is none or it is about to expire. */
  token(signal?: AbortSignal): Promise<string>;
  /**
   * Compare and refresh: asks for a new token only when `rejected` is still the current one, and
   * returns the current one otherwise.
   */
  refresh(rejected: string, signal?: AbortSignal): Promise<string>;
}
