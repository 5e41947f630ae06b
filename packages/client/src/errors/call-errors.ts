import { ChatError, setErrorNames } from './chat-error.js';

/**
 * An option is invalid. The message has the name of the option and the expected value, never the value itself.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'invalid_option')) console.log(`Check the option ${error.option}.`);
 * ```
 */
export class InvalidOptionError extends ChatError {
  declare readonly code: 'invalid_option';
  /** The option's name, such as `retry.limit`. */
  readonly option: string;

  constructor(option: string, expectation: string) {
    super('invalid_option', `Option "${option}" must be ${expectation}.`);
    this.option = option;
  }
}

/**
 * No response: the network is down, the connection was refused or lost, or the browser blocked the request.
 * `cause` is the runtime's error.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'connection_failed')) console.log('Are you offline?', error.cause);
 * ```
 */
export class ConnectionError extends ChatError {
  declare readonly code: 'connection_failed';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('connection_failed', message, options);
  }
}

/**
 * The call or one of its steps took longer than its timeout.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'timeout')) console.log(`No response within ${error.timeoutMs} ms.`);
 * ```
 */
export class TimeoutError extends ChatError {
  declare readonly code: 'timeout';
  /** The timeout, in milliseconds. */
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super('timeout', `${what} took longer than ${timeoutMs} ms.`);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * The caller's `signal` aborted the call; `cause` is the signal's reason.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'aborted')) console.log('Cancelled:', error.cause);
 * ```
 */
export class AbortError extends ChatError {
  declare readonly code: 'aborted';

  constructor(what: string, options?: { readonly cause?: unknown }) {
    super('aborted', `${what} was aborted.`, options);
  }
}

/**
 * `close()` was called on the client.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'client_closed')) console.log('The page is closing.');
 * ```
 */
export class ClientClosedError extends ChatError {
  declare readonly code: 'client_closed';

  constructor() {
    super('client_closed', 'The client is closed. Unlike logout(), close() is final.');
  }
}

/**
 * The backend responded with success, but the body does not match the contract.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'invalid_response')) console.log(error.path, error.issue);
 * ```
 */
export class ResponseValidationError extends ChatError {
  declare readonly code: 'invalid_response';
  /** The path in the body, such as `messages.0.role`; empty for the body as a whole. */
  readonly path: string;
  /** What is wrong at that path, as a sentence. */
  readonly issue: string;
  /** `X-Request-Id` of the response; use it to find the request in the backend's log. */
  readonly requestId: string | undefined;
  /** Whether the body is only the beginning of JSON: the same request may succeed later. */
  readonly truncated: boolean;

  constructor(call: string, path: string, issue: string, requestId?: string, truncated = false) {
    super('invalid_response', `The response to ${call} does not match the contract. ${issue}`);
    this.path = path;
    this.issue = issue;
    this.requestId = requestId;
    this.truncated = truncated;
  }
}

/**
 * The call needs an extension of the protocol that the backend does not support.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'extension_unavailable')) console.log(`This backend has no ${error.extension}.`);
 * ```
 */
export class ExtensionUnavailableError extends ChatError {
  declare readonly code: 'extension_unavailable';
  /** The extension's name in the protocol, such as `sessions`. */
  readonly extension: string;

  constructor(extension: string, options?: { readonly cause?: unknown }) {
    super(
      'extension_unavailable',
      `This backend does not offer the extension "${extension}".`,
      options,
    );
    this.extension = extension;
  }
}

/**
 * - `none`: there is no token, or the backend rejected it, and the client has no way to get another one.
 * - `failed`: `getToken`, `credentials` or the token store failed; see `cause`.
 * - `logged_out`: `logout()` was called during the call, or in another tab that shares the token store.
 *
 * @example
 * ```ts
 * import { isChatError, type TokenUnavailableReason } from '@chat/client';
 *
 * // Without a token only the user can help; a failed login may succeed later.
 * const logInAgain: TokenUnavailableReason[] = ['none', 'logged_out'];
 * if (isChatError(error, 'token_unavailable') && logInAgain.includes(error.reason)) location.assign('/login');
 * ```
 */
export type TokenUnavailableReason = 'none' | 'failed' | 'logged_out';

const defaultMessages: Record<TokenUnavailableReason, string> = {
  none: 'Not logged in: call login({ username, password }), or set credentials or getToken.',
  failed: 'getToken, credentials or the tokenStore failed: see the cause.',
  logged_out: 'The client was logged out during the call.',
};

/**
 * The client has no token for the call; no request was sent.
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
  /** Why there is no token. */
  readonly reason: TokenUnavailableReason;

  constructor(
    reason: TokenUnavailableReason,
    message: string = defaultMessages[reason],
    options?: { readonly cause?: unknown },
  ) {
    super('token_unavailable', message, options);
    this.reason = reason;
  }
}

setErrorNames({
  InvalidOptionError,
  ConnectionError,
  TimeoutError,
  AbortError,
  ClientClosedError,
  ResponseValidationError,
  ExtensionUnavailableError,
  TokenUnavailableError,
});
