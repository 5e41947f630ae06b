import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import type { HttpClient } from '../http/http-client.js';
import type { Secrets } from '../redact.js';
import type { AbortSignalLike } from '../types/abort-signal.js';
import type { TokenProvider } from './token-keeper.js';
import type { TokenReason } from './token-source.js';

/** Who logs in. */
export interface Credentials {
  /** The name to log in with. */
  username: string;
  /** Never part of an error, a log line or a URL. */
  password: string;
}

/** What `getToken` is told. */
export interface GetTokenRequest {
  /** The first token, one in the place of a token near its end, or of one that was refused. */
  readonly reason: TokenReason;
  /** Aborted when nobody waits for the token any more. */
  readonly signal: AbortSignalLike;
}

/** Gets a token of the application's own, such as one from its session endpoint. */
export type GetToken = (request: GetTokenRequest) => string | Promise<string>;

/** Gets tokens by logging in. */
export function loginProvider(
  credentials: Credentials | (() => Credentials | Promise<Credentials>),
  http: HttpClient,
  timeoutMs: number,
  secrets: Secrets,
): TokenProvider {
  // Known from the start: an error may come before the first login.
  if (typeof credentials !== 'function') secrets.add(credentials.password);
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
    secrets.add(password);
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
  if (isToken(token)) return token;
  throw new TokenUnavailableError(
    'failed',
    `${what} must be a string of visible ASCII characters without spaces.`,
  );
}

/** RFC 6750 allows fewer characters; this is what a header and a URL can carry. */
export function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
}
