import type {
  AuthenticationError,
  BadRequestError,
  ChatApiError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
} from './api-errors.js';
import type {
  AbortError,
  ClientClosedError,
  ConnectionError,
  ExtensionUnavailableError,
  InvalidOptionError,
  ResponseValidationError,
  TimeoutError,
  TokenUnavailableError,
} from './call-errors.js';
import { type ChatErrorCode, chatErrorBrand } from './chat-error.js';
import type {
  MessageNotSentError,
  OutcomeUnknownError,
  SlowReaderError,
  SocketClosedError,
} from './socket-errors.js';

/**
 * The error class of each code.
 *
 * @example
 * ```ts
 * import { type ChatErrorByCode, isChatError } from '@chat/client';
 *
 * const waitFor = ({ retryAfterMs }: ChatErrorByCode['rate_limited']) =>
 *   new Promise((resolve) => setTimeout(resolve, retryAfterMs));
 *
 * if (isChatError(error, 'rate_limited')) await waitFor(error);
 * ```
 */
export interface ChatErrorByCode {
  /** An invalid option. */
  invalid_option: InvalidOptionError;
  /** Status 400. */
  bad_request: BadRequestError;
  /** Status 401. */
  authentication_failed: AuthenticationError;
  /** Status 403. */
  permission_denied: PermissionDeniedError;
  /** Status 404. */
  not_found: NotFoundError;
  /** Status 429, and the wait is too long. */
  rate_limited: RateLimitError;
  /** Status 500 and above. */
  server_error: ServerError;
  /** Any other error status. */
  api_error: ChatApiError & {
    /** The code of an error status without a class of its own. */
    readonly code: 'api_error';
  };
  /** No response. */
  connection_failed: ConnectionError;
  /** No response within the timeout. */
  timeout: TimeoutError;
  /** The caller's signal aborted the call. */
  aborted: AbortError;
  /** The response does not match the contract. */
  invalid_response: ResponseValidationError;
  /** The client has no token. */
  token_unavailable: TokenUnavailableError;
  /** The backend does not support the extension. */
  extension_unavailable: ExtensionUnavailableError;
  /** After `client.close()`. */
  client_closed: ClientClosedError;
  /** The socket is closed and does not reconnect. */
  socket_closed: SocketClosedError & {
    /** The code of a socket that was closed for another reason than a logout. */
    readonly code: 'socket_closed';
  };
  /** The user has logged out, for example in another tab. */
  signed_out: SocketClosedError & {
    /** The code of a socket that was closed because of a logout. */
    readonly code: 'signed_out';
  };
  /** The message was not stored. */
  not_sent: MessageNotSentError;
  /** The message may be stored or not. */
  outcome_unknown: OutcomeUnknownError;
  /** A `for await` loop over a socket fell too far behind. */
  slow_reader: SlowReaderError;
}

/**
 * The union of all errors of this package. Switch on `code`: each case knows the fields of its class.
 *
 * @example
 * ```ts
 * import { type AnyChatError, isChatError } from '@chat/client';
 *
 * const describe = (error: AnyChatError): string => {
 *   switch (error.code) {
 *     case 'rate_limited':
 *       return `Try again in ${error.retryAfterMs} ms.`;
 *     case 'invalid_option':
 *       return `Check the option ${error.option}.`;
 *     default:
 *       return error.message;
 *   }
 * };
 * if (isChatError(error)) console.log(describe(error));
 * ```
 */
export type AnyChatError = ChatErrorByCode[ChatErrorCode];

/**
 * Whether `error` is an error of this package and, if `code` is given, has that code. Unlike `instanceof`, it also
 * works when a program contains two copies of the package (ESM and CommonJS, or two versions).
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * try {
 *   await client.chat.send('Hello');
 * } catch (error) {
 *   if (isChatError(error, 'rate_limited')) console.log(`Try again in ${error.retryAfterMs} ms`);
 *   else throw error;
 * }
 * ```
 */
export function isChatError(error: unknown): error is AnyChatError;
export function isChatError<Code extends ChatErrorCode>(
  error: unknown,
  code: Code,
): error is ChatErrorByCode[Code];
export function isChatError(error: unknown, code?: ChatErrorCode): boolean {
  if (typeof error !== 'object' || error === null || !(chatErrorBrand in error)) return false;
  return code === undefined || (error as unknown as AnyChatError).code === code;
}
