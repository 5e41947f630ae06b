import type { AbortSignalLike } from './platform.js';

/**
 * The argument of `client.login()`: username and password together, or neither of them.
 *
 * @example
 * ```ts
 * import type { LoginOptions } from '@chat/client';
 *
 * // On a shared computer: the client forgets the password, and the user logs in again when the token has expired.
 * const options: LoginOptions = { username: 'ada', password: 's3cret', remember: false };
 * await client.login(options);
 * ```
 */
export interface LoginOptions {
  /** The username. Without it, `login` uses what the client was created with. */
  username?: string | undefined;
  /** The password. It is kept in memory only, and never stored. */
  password?: string | undefined;
  /**
   * Whether to keep the password in memory to refresh the token. If not, the user is logged out when the token expires.
   * @default true
   */
  remember?: boolean | undefined;
  /** Aborts the login. */
  signal?: AbortSignalLike | undefined;
}

/**
 * The response of `client.login()`, as in the API document.
 *
 * @example
 * ```ts
 * import type { LoginResponse } from '@chat/client';
 *
 * const { access_token, token_type }: LoginResponse = await client.login();
 * const headers = { authorization: `${token_type} ${access_token}` };
 * ```
 */
export interface LoginResponse {
  /** The token. It is a secret. */
  access_token: string;
  /** Always `bearer`. */
  token_type: string;
}

/**
 * The response of `client.logout()`, as in the API document.
 *
 * @example
 * ```ts
 * import type { LogoutResponse } from '@chat/client';
 *
 * const { message }: LogoutResponse = await client.logout();
 * ```
 */
export interface LogoutResponse {
  /** A sentence for the user. */
  message: string;
}

/**
 * The user who is logged in.
 *
 * @example
 * ```ts
 * import type { ChatUser } from '@chat/client';
 *
 * const greeting = (user: ChatUser | undefined) => (user ? `Hello, ${user.username}` : 'Please log in.');
 * ```
 */
export interface ChatUser {
  /** The username of the login; for a token of the application, the subject (`sub`) of the JSON Web Token. */
  readonly username: string;
}

/**
 * Why the login state changed:
 *
 * - `login`: the client has its first token.
 * - `refresh`: the client has a new token.
 * - `logout`: `logout()`, here or in another tab, or another user logged in in another tab, or `credentials` or `getToken`
 *   now return another user. Call `login()` to continue.
 * - `expired`: the token expired or was rejected, and the client has no credentials to refresh it.
 * - `refused`: the backend rejected the credentials when the client refreshed the token.
 *
 * @example
 * ```ts
 * import type { AuthChangeReason } from '@chat/client';
 *
 * const texts: Partial<Record<AuthChangeReason, string>> = {
 *   expired: 'Your session has expired. Please log in again.',
 *   refused: 'Your password has changed. Please log in again.',
 * };
 * client.onAuthChange(({ reason }) => console.log(texts[reason] ?? ''));
 * ```
 */
export type AuthChangeReason = 'login' | 'refresh' | 'logout' | 'expired' | 'refused';

/**
 * A change of the login state, for the listeners of `client.onAuthChange()`.
 *
 * @example
 * ```ts
 * import type { AuthChange } from '@chat/client';
 *
 * const show = ({ user, reason }: AuthChange) => console.log(reason, user?.username ?? 'nobody');
 * const stop = client.onAuthChange(show);
 * ```
 */
export interface AuthChange {
  /** The user who is logged in now; undefined for nobody, and for a token that does not contain its user. */
  readonly user: ChatUser | undefined;
  /** Why it changed. */
  readonly reason: AuthChangeReason;
}
