/**
 * A conversation as a React hook: {@link useChat}. React 18 or newer is an optional peer.
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
