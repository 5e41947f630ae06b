/**
 * Which error it is: the `code` to switch on.
 *
 * @example
 * ```ts
 * import { type ChatErrorCode, isChatError } from '@chat/client';
 *
 * const texts: Partial<Record<ChatErrorCode, string>> = {
 *   authentication_failed: 'Wrong username or password.',
 *   connection_failed: 'The chat cannot be reached. Are you online?',
 *   rate_limited: 'Too many messages. Try again in a minute.',
 * };
 * const text = (isChatError(error) && texts[error.code]) || 'Something went wrong.';
 * ```
 */
export type ChatErrorCode =
  | 'invalid_option'
  | 'bad_request'
  | 'authentication_failed'
  | 'permission_denied'
  | 'not_found'
  | 'rate_limited'
  | 'server_error'
  | 'api_error'
  | 'connection_failed'
  | 'timeout'
  | 'aborted'
  | 'invalid_response'
  | 'token_unavailable'
  | 'extension_unavailable'
  | 'client_closed'
  | 'socket_closed'
  | 'signed_out'
  | 'not_sent'
  | 'outcome_unknown'
  | 'slow_reader';

/** `instanceof` fails between two copies of the package in one program; a registered symbol does not. */
export const chatErrorBrand = Symbol.for('@chat/client/error');

/**
 * The base class of all errors of this package.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error)) console.log(error.code, error.message);
 * ```
 */
export class ChatError extends Error {
  /** Which error it is; each class narrows it to its own code. */
  readonly code: ChatErrorCode;

  constructor(code: ChatErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** The fields that are safe to log: no headers, no cause, no secret. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(this as object) };
  }
}

Object.defineProperty(ChatError.prototype, chatErrorBrand, { value: true });

/**
 * Sets the name on the prototype, for the first line of the stack, and on the class, because a minifier renames
 * the class and Node's `inspect` prints that name.
 */
export function setErrorNames(
  classes: Readonly<Record<string, { readonly prototype: Error }>>,
): void {
  for (const [name, errorClass] of Object.entries(classes)) {
    for (const target of [errorClass, errorClass.prototype]) {
      Object.defineProperty(target, 'name', { value: name, configurable: true });
    }
  }
}

setErrorNames({ ChatError });
