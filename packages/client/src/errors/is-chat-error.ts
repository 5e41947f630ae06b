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

/** Which class stands behind which code. */
export interface ChatErrorByCode {
  invalid_option: InvalidOptionError;
  bad_request: BadRequestError;
  authentication_failed: AuthenticationError;
  permission_denied: PermissionDeniedError;
  not_found: NotFoundError;
  rate_limited: RateLimitError;
  server_error: ServerError;
  api_error: ChatApiError;
  connection_failed: ConnectionError;
  timeout: TimeoutError;
  aborted: AbortError;
  invalid_response: ResponseValidationError;
  token_unavailable: TokenUnavailableError;
  extension_unavailable: ExtensionUnavailableError;
  client_closed: ClientClosedError;
  socket_closed: SocketClosedError;
  not_sent: MessageNotSentError;
  outcome_unknown: OutcomeUnknownError;
  slow_reader: SlowReaderError;
}

/**
 * Whether `error` is an error of this package, and of the given code when one is given. Works across
 * two copies of the package (ESM beside CommonJS, two versions), where `instanceof` does not.
 *
 * @example
 * ```ts
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
