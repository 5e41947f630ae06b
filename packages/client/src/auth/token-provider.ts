import { ConnectionError, TokenUnavailableError } from '../errors/call-errors.js';
import { ChatError } from '../errors/chat-error.js';
import { safeCause } from '../errors/safe-cause.js';
import type { HttpClient } from '../http/http-client.js';
import type { CancellationScope } from '../lib/cancellation-scope.js';
import type { Secrets } from '../lib/redaction.js';
import { isVisibleAscii } from '../options/validate.js';
import type { PlatformAbortSignal } from '../types/platform.js';
import type { TokenRequestReason } from './token-source.js';

/**
 * The username and password for a login.
 *
 * @example
 * ```ts
 * import { ChatClient, type Credentials } from '@chat/client';
 *
 * // Called for each login, so that the program does not have to store the password.
 * const credentials = (): Credentials => ({
 *   username: process.env.CHAT_USER ?? '',
 *   password: process.env.CHAT_PASSWORD ?? '',
 * });
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', credentials });
 * ```
 */
export interface Credentials {
  /** The username. */
  username: string;
  /**
   * The password. It is redacted from errors and logs. A password that is short or a common word is redacted only
   * where it is a value (`"password":"…"`): redacted in a sentence, it could be guessed from the other words.
   */
  password: string;
}

/**
 * The argument of `getToken`.
 *
 * @example
 * ```ts
 * import type { GetTokenRequest } from '@chat/client';
 *
 * async function getToken({ reason, signal }: GetTokenRequest): Promise<string> {
 *   // A rejected token must not come from a cache again.
 *   const cache = reason === 'rejected' ? 'reload' : 'default';
 *   const response = await fetch('/session/chat-token', { cache, signal });
 *   return response.text();
 * }
 * ```
 */
export interface GetTokenRequest {
  /** Why the client needs a token. */
  readonly reason: TokenRequestReason;
  /**
   * Aborted when the client does not need the token any more: after `timeoutMs`, a logout or `close()`. Not aborted
   * when a call is aborted: the next call uses the token.
   */
  readonly signal: PlatformAbortSignal;
}

/**
 * Gets a token from the application, for example from its session endpoint.
 *
 * @example
 * ```ts
 * import { ChatClient, type GetToken } from '@chat/client';
 *
 * const getToken: GetToken = async () => {
 *   const response = await fetch('/session/chat-token', { method: 'POST' });
 *   if (!response.ok) throw new Error(`No chat token: status ${response.status}`);
 *   return response.text();
 * };
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', getToken });
 * ```
 */
export type GetToken = (request: GetTokenRequest) => string | Promise<string>;

/** A request for a new token. */
export interface TokenRequest {
  /** The user of the token; undefined if only the token contains it. */
  readonly username?: string;
  /** @param isExplicit whether it is the application's own `login({ … })`, which waits for nothing */
  send(isExplicit?: boolean): Promise<string>;
}

/** Prepares the request for a new token. `scope` cancels each of its waits. */
export type TokenProvider = (
  reason: TokenRequestReason,
  scope: CancellationScope,
) => Promise<TokenRequest>;

/** Gets tokens by logging in. */
export function loginProvider(
  credentials: Credentials | (() => Credentials | Promise<Credentials>),
  http: HttpClient,
  timeoutMs: number,
  secrets: Secrets,
): TokenProvider {
  // Before the first login, because an error may come earlier.
  if (typeof credentials !== 'function') secrets.addPassword(credentials.password);
  return async (_reason, scope) => {
    const resolved =
      typeof credentials === 'function'
        ? await fromApplication(
            scope.waitFor(async () => credentials(), timeoutMs, 'The credentials function'),
            secrets,
          )
        : credentials;
    if (typeof resolved?.username !== 'string' || typeof resolved.password !== 'string') {
      throw new TokenUnavailableError(
        'failed',
        'The credentials function must return { username, password }, both strings.',
      );
    }
    const { username, password } = resolved;
    secrets.addPassword(password);
    return {
      username,
      send: async (noRetry = false) => {
        const response = await scope.waitFor((signal) =>
          http.call('login', { body: { username, password }, noRetry }, { signal }),
        );
        return assertToken(response.access_token, 'The access token of the login');
      },
    };
  };
}

/** Gets tokens from the application's `getToken`. */
export function callbackProvider(
  getToken: GetToken,
  timeoutMs: number,
  secrets: Secrets,
): TokenProvider {
  return async (reason, scope) => ({
    send: async () => {
      const token = await fromApplication(
        scope.waitFor(async (signal) => getToken({ reason, signal }), timeoutMs, 'getToken'),
        secrets,
      );
      return assertToken(token, 'The token that getToken returns');
    },
  });
}

const networkMessage =
  /^(fetch failed|failed to fetch|networkerror|load failed|network request failed|error sending request)/i;
const networkCode =
  /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_)|ENOTFOUND|UND_ERR|Connection|FailedToOpen)/;

/** An error of the application's own function is final, except when it is about the network. */
async function fromApplication<T>(result: Promise<T>, { redact }: Secrets): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ChatError) throw error;
    const cause = safeCause(error, redact);
    const { name, message, code } = cause as Error & { code?: string };
    const isNetworkError =
      networkCode.test(code ?? '') ||
      name === 'TimeoutError' ||
      (name === 'TypeError' && networkMessage.test(message));
    throw isNetworkError
      ? new ConnectionError('getToken or credentials had no response: see the cause.', { cause })
      : new TokenUnavailableError('failed', undefined, { cause });
  }
}

/** Validated here, because runtimes report an invalid header with its value. */
function assertToken(token: unknown, what: string): string {
  if (isVisibleAscii(token)) return token;
  throw new TokenUnavailableError(
    'failed',
    `${what} must be a string of visible ASCII characters without spaces.`,
  );
}
