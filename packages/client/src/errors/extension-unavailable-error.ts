import { ChatError, nameError } from './chat-error.js';

/**
 * The backend knows only the core of the protocol, and this call is one of its extensions.
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

  static {
    nameError(ExtensionUnavailableError, 'ExtensionUnavailableError');
  }
}
