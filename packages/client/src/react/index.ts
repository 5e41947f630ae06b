/**
 * The React hook {@link useChat} for a conversation. React 18 or newer is an optional peer dependency.
 *
 * @example
 * ```tsx
 * import { ChatClient } from '@chat/client';
 * import { useChat } from '@chat/client/react';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 *
 * function Chat() {
 *   const { messages } = useChat(client);
 *   return messages.map(({ key, content }) => <p key={key}>{content}</p>);
 * }
 * ```
 *
 * @module @chat/client/react
 * @group Reference
 */
'use client';

export type {
  ChatActions,
  ChatConnection,
  ChatHistory,
  ChatMessage,
  ChatView,
  OutgoingMessage,
  ReplyInProgress,
} from '../store/chat-view.js';
export { type UseChat, type UseChatOptions, useChat } from './use-chat.js';
