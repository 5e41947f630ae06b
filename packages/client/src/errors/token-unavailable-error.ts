import { ChatError, nameError } from './chat-error.js';

/**
 * - `none`: there is no token, or none that the backend takes, and nothing to get one with.
 * - `failed`: `getToken`, `credentials` or the token store failed; `cause` says how.
 * - `logged_out`: `logout()` was called while the call waited.
 *
 * @example
 * ```ts
 * import { isChatError, type TokenUnavailableReason } from '@chat/client';
 *
 * // Only the user can help when there is no token; a failed login may work in a moment.
 * const logInAgain: TokenUnavailableReason[] = ['none', 'logged_out'];
 * if (isChatError(error, 'token_unavailable') && logInAgain.includes(error.reason)) location.assign('/login');
 * ```
 */
export type TokenUnavailableReason = 'none' | 'failed' | 'logged_out';

const sentences: Record<TokenUnavailableReason, string> = {
  none: 'There is no token and nothing to get one with: give the client credentials, getToken or token.',
  failed: 'getToken, credentials or the tokenStore failed: see the cause.',
  logged_out: 'The client was logged out meanwhile.',
};

/**
 * A call that needs a token could not have one; nothing was sent.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'token_unavailable')) console.log(error.reason, error.cause);
 * ```
 */
export class TokenUnavailableError extends ChatError {
  declare readonly code: 'token_unavailable';
  /** Why not. */
  readonly reason: TokenUnavailableReason;

  constructor(
    reason: TokenUnavailableReason,
    message: string = sentences[reason],
    options?: { readonly cause?: unknown },
  ) {
    super('token_unavailable', message, options);
    this.reason = reason;
  }

  static {
    nameError(TokenUnavailableError, 'TokenUnavailableError');
  }
}
