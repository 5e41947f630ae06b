/**
 * The chat API as [MSW](https://mswjs.io) handlers, for tests and for pages without a server: {@link createChatMock}.
 *
 * @example
 * ```ts
 * import { createChatMock } from '@chat/server/msw';
 * import { setupServer } from 'msw/node';
 *
 * const mock = createChatMock({
 *   baseUrl: 'https://chat.example.com',
 *   users: [{ username: 'ada', password: 's3cret' }],
 * });
 * const server = setupServer(...mock.handlers);
 * server.listen();
 * ```
 *
 * @module @chat/server/msw
 * @group Reference
 */

export type { Message, MessageStatus, Role, RouteName } from '@chat/contract';
export type { ChatLimits } from '../chat/api.js';
export type { AssistantMessage } from '../chat/ports.js';
export type { StoredMessage } from '../chat/stored-message.js';
export { type ChatMock, createChatMock } from './create-chat-mock.js';
export type { MockSocket } from './mock-sockets.js';
export type {
  ChatMockOptions,
  MockClosing,
  MockFault,
  MockRateLimit,
  MockReply,
  MockReplyContext,
  MockUser,
} from './options.js';
export type { RecordedRequest } from './request-log.js';
