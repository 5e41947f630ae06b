import { isVisibleAscii } from '../demand.js';
import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import type { HttpClient } from '../http/http-client.js';
import type { Secrets } from '../redact.js';
import type { PlatformAbortSignal } from '../types/fetch.js';
import type { TokenProvider } from './token-keeper.js';
import type { TokenReason } from './token-source.js';

/**
 * Who logs in.
 *
 * @example
 * ```ts
 * import { ChatClient, type Credentials } from '@chat/client';
 *
 * // Asked at each login, so that the program does not have to keep the password.
 * const credentials = (): Credentials => ({
 *   username: process.env.CHAT_USER ?? '',
 *   password: process.env.CHAT_PASSWORD ?? '',
 * });
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', credentials });
 * ```
 */
export interface Credentials {
  /** The name to log in with. */
  username: string;
  /**
   * Never part of a URL, an error or a log line; a plain word of up to 8 letters is taken out of what others
   * say only where it stands as a value, since a gap in a sentence would tell it.
   */
  password: string;
}

/**
 * What `getToken` is told.
 *
 * @example
 * ```ts
 * import type { GetTokenRequest } from '@chat/client';
 *
 * async function getToken({ reason, signal }: GetTokenRequest): Promise<string> {
 *   // One that was refused must not come out of a cache again.
 *   const cache = reason === 'rejected' ? 'reload' : 'default';
 *   const answer = await fetch('/session/chat-token', { cache, signal });
 *   return answer.text();
 * }
 * ```
 */
export interface GetTokenRequest {
  /** The first token, one in the place of a token near its end, or of one that was refused. */
  readonly reason: TokenReason;
  /**
   * Aborted when the token would not be used any more: `timeoutMs` is over, or the client was logged
   * out or closed. Not when a call is given up: the token is kept for the next one.
   */
  readonly signal: PlatformAbortSignal;
}

/**
 * Gets a token of the application's own, such as one from its session endpoint.
 *
 * @example
 * ```ts
 * import { ChatClient, type GetToken } from '@chat/client';
 *
 * const getToken: GetToken = async () => {
 *   const answer = await fetch('/session/chat-token', { method: 'POST' });
 *   if (!answer.ok) throw new Error(`No token for the chat: ${answer.status}`);
 *   return answer.text();
 * };
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', getToken });
 * ```
 */
export type GetToken = (request: GetTokenRequest) => string | Promise<string>;

/** Gets tokens by logging in. */
export function loginProvider(
  credentials: Credentials | (() => Credentials | Promise<Credentials>),
  http: HttpClient,
  timeoutMs: number,
  secrets: Secrets,
): TokenProvider {
  // Known from the start: an error may come before the first login.
  if (typeof credentials !== 'function') secrets.addPassword(credentials.password);
  return async (_reason, scope) => {
    const given =
      typeof credentials === 'function'
        ? await scope.run(async () => credentials(), timeoutMs, 'The credentials function')
        : credentials;
    if (typeof given?.username !== 'string' || typeof given.password !== 'string') {
      throw new TokenUnavailableError(
        'failed',
        'The credentials function must return { username, password }, both strings.',
      );
    }
    const { username, password } = given;
    secrets.addPassword(password);
    const answer = await scope.run((signal) =>
      http.call('login', { body: { username, password } }, { signal }),
    );
    return usable(answer.access_token, 'The access token of the login');
  };
}

/** Gets tokens from the application. */
export function applicationProvider(getToken: GetToken, timeoutMs: number): TokenProvider {
  return async (reason, scope) => {
    const token = await scope.run(
      async (signal) => getToken({ reason, signal }),
      timeoutMs,
      'getToken',
    );
    return usable(token, 'The token that getToken returns');
  };
}

/** Checked here because a header that cannot be sent is reported by runtimes with its value. */
function usable(token: unknown, what: string): string {
  if (isVisibleAscii(token)) return token;
  throw new TokenUnavailableError(
    'failed',
    `${what} must be a string of visible ASCII characters without spaces.`,
  );
}
