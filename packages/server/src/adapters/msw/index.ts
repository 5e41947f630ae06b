/**
 * The chat API as [MSW](https://mswjs.io) handlers, for tests and pages without a server: {@link createChatMock}.
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

export type { Message, MessageDetails, MessageStatus, Role, RouteName } from '@chat/contract';
export type { ChatLimits } from '../../domain/api.js';
export type { StoredMessage } from '../../domain/messages/stored-message.js';
export type { AssistantMessage } from '../../domain/ports/index.js';
export type { MockControls } from '../../mock/backend/mock-controls.js';
export type { MockSocket } from '../../mock/backend/mock-sockets.js';
export type {
  ChatMockOptions,
  MockClose,
  MockFault,
  MockOptions,
  MockRateLimit,
  MockReply,
  MockReplyContext,
  MockReplyRule,
  MockUser,
} from '../../mock/backend/options.js';
export type { RecordedRequest } from '../../mock/backend/request-log.js';
export type { MockRecording, RecordedEvent, RecordedTurn } from '../../mock/recording/recording.js';
export { type ChatMock, createChatMock } from './create-chat-mock.js';
