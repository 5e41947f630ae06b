import type { AbortError } from './abort-error.js';
import type { AuthenticationError } from './authentication-error.js';
import type { BadRequestError } from './bad-request-error.js';
import type { ChatApiError } from './chat-api-error.js';
import { type ChatError, type ChatErrorCode, chatErrorBrand } from './chat-error.js';
import type { ClientClosedError } from './client-closed-error.js';
import type { ConnectionError } from './connection-error.js';
import type { ExtensionUnavailableError } from './extension-unavailable-error.js';
import type { InvalidOptionError } from './invalid-option-error.js';
import type { MessageNotSentError } from './message-not-sent-error.js';
import type { NotFoundError } from './not-found-error.js';
import type { OutcomeUnknownError } from './outcome-unknown-error.js';
import type { PermissionDeniedError } from './permission-denied-error.js';
import type { RateLimitError } from './rate-limit-error.js';
import type { ResponseValidationError } from './response-validation-error.js';
import type { ServerError } from './server-error.js';
import type { SlowReaderError } from './slow-reader-error.js';
import type { SocketClosedError } from './socket-closed-error.js';
import type { TimeoutError } from './timeout-error.js';
import type { TokenUnavailableError } from './token-unavailable-error.js';

/**
 * Which class stands behind which code.
 *
 * @example
 * ```ts
 * import { type ChatErrorByCode, isChatError } from '@chat/client';
 *
 * const pause = ({ retryAfterMs }: ChatErrorByCode['rate_limited']) =>
 *   new Promise((resolve) => setTimeout(resolve, retryAfterMs));
 *
 * if (isChatError(error, 'rate_limited')) await pause(error);
 * ```
 */
export interface ChatErrorByCode {
  /** An option that cannot be meant. */
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
  /** Any other status that is a refusal. */
  api_error: ChatApiError;
  /** No answer came. */
  connection_failed: ConnectionError;
  /** No answer came in time. */
  timeout: TimeoutError;
  /** The caller's own signal ended it. */
  aborted: AbortError;
  /** An answer that does not fit the contract. */
  invalid_response: ResponseValidationError;
  /** No token could be had. */
  token_unavailable: TokenUnavailableError;
  /** The backend knows only the core. */
  extension_unavailable: ExtensionUnavailableError;
  /** After `client.close()`. */
  client_closed: ClientClosedError;
  /** The socket is closed for good. */
  socket_closed: SocketClosedError;
  /** A message that is surely not stored. */
  not_sent: MessageNotSentError;
  /** A message that may be stored or not. */
  outcome_unknown: OutcomeUnknownError;
  /** An iteration that fell too far behind. */
  slow_reader: SlowReaderError;
}

/**
 * Whether `error` is an error of this package, and of the given code when one is given. Works across
 * two copies of the package (ESM beside CommonJS, two versions), where `instanceof` does not.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * try {
 *   await client.chat.send('Hello');
 * } catch (error) {
 *   if (isChatError(error, 'rate_limited')) console.log(`Again in ${error.retryAfterMs} ms`);
 *   else throw error;
 * }
 * ```
 */
export function isChatError(error: unknown): error is ChatError;
export function isChatError<Code extends ChatErrorCode>(
  error: unknown,
  code: Code,
): error is ChatErrorByCode[Code];
export function isChatError(error: unknown, code?: ChatErrorCode): boolean {
  if (typeof error !== 'object' || error === null || !(chatErrorBrand in error)) return false;
  return code === undefined || (error as unknown as ChatError).code === code;
}
