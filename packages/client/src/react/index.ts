'use client';

export type {
  ChatActions,
  ChatConnection,
  ChatHistory,
  ChatMessage,
  ChatView,
  OutgoingMessage,
  ReplyInProgress,
} from './chat-view.js';
export { type UseChat, type UseChatOptions, useChat } from './use-chat.js';
