/**
 * Why the client needs a token: the first one (`initial`), the current one expires soon (`expiring`), or the backend
 * rejected it (`rejected`).
 *
 * @example
 * ```ts
 * import { ChatClient, type TokenRequestReason } from '@chat/client';
 *
 * // Many rejected tokens: something revokes them, or a clock is wrong.
 * const refreshes: Record<TokenRequestReason, number> = { initial: 0, expiring: 0, rejected: 0 };
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   hooks: { onTokenRefreshed: ({ reason }) => void (refreshes[reason] += 1) },
 * });
 * ```
 */
export type TokenRequestReason = 'initial' | 'expiring' | 'rejected';

/** What a socket needs to know of the token that calls and sockets share. */
export interface TokenSource {
  /**
   * The current token, if it was read from the store and not newly issued. It may already be invalid; if the backend
   * rejects it, refresh once more.
   */
  readonly tokenFromStore?: string | undefined;
  /**
   * Whether the backend should accept this token: it is the current one and does not expire within seconds.
   * @default true
   */
  isUsable?(token: string): boolean;
  /** The current token; logs in or refreshes first if there is none or it expires soon. */
  tokenForSocket(signal?: AbortSignal): Promise<string>;
  /** Gets a new token if `rejected` is still the current one, else returns the current one. */
  refresh(rejected: string, signal?: AbortSignal): Promise<string>;
}
