/**
 * One connection for all tabs of a browser: start with {@link sharedWebSocket}.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { sharedWebSocket } from '@chat/client/tabs';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   WebSocket: sharedWebSocket(),
 * });
 * ```
 *
 * @module @chat/client/tabs
 * @group Reference
 */

export { sharedWebSocket } from './shared-web-socket.js';
