// The types that the mock exports, under MSW and as a process.

export type { Message, MessageDetails, MessageStatus, Role, RouteName } from '@chat/contract';
export type { ChatLimits } from '../domain/api.js';
export type { StoredMessage } from '../domain/messages/stored-message.js';
export type {
  MockClose,
  MockFault,
  MockOptions,
  MockRateLimit,
  MockReplyRule,
  MockUser,
} from './backend/options.js';
export type { RecordedRequest } from './backend/request-log.js';
export type { MockRecording, RecordedEvent, RecordedTurn } from './recording/recording.js';
