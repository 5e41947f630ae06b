export { type ChatMock, createChatMock } from './create-chat-mock.js';
export type { MockSocket } from './mock-sockets.js';
export type {
  ChatMockOptions,
  MockFault,
  MockRateLimit,
  MockReply,
  MockReplyContext,
  MockUser,
} from './options.js';
export type { RecordedRequest } from './request-log.js';
