export type { Message, MessageStatus, Role, RouteName } from '@chat/contract';
export type { ChatLimits } from '../chat/api.js';
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
