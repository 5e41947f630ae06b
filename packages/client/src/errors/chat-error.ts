/**
 * What went wrong, as a word to switch on.
 *
 * @example
 * ```ts
 * import { type ChatErrorCode, isChatError } from '@chat/client';
 *
 * const words: Partial<Record<ChatErrorCode, string>> = {
 *   authentication_failed: 'Wrong name or password.',
 *   connection_failed: 'The chat cannot be reached. Are you online?',
 *   rate_limited: 'That was a bit fast. Try again in a minute.',
 * };
 * const shown = (isChatError(error) && words[error.code]) || 'Something went wrong.';
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
  | 'not_sent'
  | 'outcome_unknown'
  | 'slow_reader';

/** Shared by every copy of the package in one program, which `instanceof` is not. */
export const chatErrorBrand = Symbol.for('@chat/client/error');

/**
 * The base of every error that this package throws.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error)) console.log(error.code, error.message);
 * ```
 */
export class ChatError extends Error {
  /** The word to switch on; each class narrows it to its own. */
  readonly code: ChatErrorCode;

  constructor(code: ChatErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** What may be logged or sent elsewhere: no headers, no cause, never a secret. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(this as object) };
  }

  static {
    nameError(ChatError, 'ChatError');
    Object.defineProperty(ChatError.prototype, chatErrorBrand, { value: true });
  }
}

/**
 * On the prototype, so that the stack's first line has it; and on the class, of which Node's `inspect` shows
 * the name that a bundler gave it.
 */
export function nameError(type: { readonly prototype: Error }, name: string): void {
  for (const named of [type, type.prototype]) {
    Object.defineProperty(named, 'name', { value: name, configurable: true });
  }
}
