import { ChatError, nameError } from './chat-error.js';

/**
 * The socket is closed for good.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'socket_closed')) console.log(error.closeCode, error.reason);
 * ```
 */
export class SocketClosedError extends ChatError {
  declare readonly code: 'socket_closed';
  /** The WebSocket close code, when there was one. */
  readonly closeCode: number | undefined;
  /** The reason that came with it; empty when none did. */
  readonly reason: string;

  constructor(
    message: string,
    closeCode?: number,
    reason = '',
    options?: { readonly cause?: unknown },
  ) {
    super('socket_closed', message, options);
    this.closeCode = closeCode;
    this.reason = reason;
  }

  static {
    nameError(SocketClosedError, 'SocketClosedError');
  }
}
