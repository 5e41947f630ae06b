/**
 * The client without sockets, for programs that only make calls: the same {@link ChatClient} without `connect()`.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client/rest';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const { response } = await client.chat.send('Hello');
 * ```
 *
 * @module @chat/client/rest
 * @group Reference
 */

export { webStorageTokenStore } from '../auth/token-stores.js';
export {
  AuthenticationError,
  BadRequestError,
  ChatApiError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
} from '../errors/api-errors.js';
export {
  AbortError,
  ClientClosedError,
  ConnectionError,
  ExtensionUnavailableError,
  InvalidOptionError,
  ResponseValidationError,
  TimeoutError,
  TokenUnavailableError,
} from '../errors/call-errors.js';
export { ChatError } from '../errors/chat-error.js';
export { isChatError } from '../errors/is-chat-error.js';
export type * from '../public-types.js';
export { RestClient as ChatClient } from '../rest-client.js';
