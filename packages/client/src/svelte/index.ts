/**
 * {@link useChat} for Svelte: a conversation with reactive properties for runes (Svelte 5), which also is a store
 * (Svelte 4 and 5). Svelte is an optional peer dependency.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { useChat } from '@chat/client/svelte';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * // In a component: {#each chat.messages as { key, content } (key)}<p>{content}</p>{/each}
 * const chat = useChat(client);
 * ```
 *
 * @module @chat/client/svelte
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
} from '../store/chat-view.js';
export { type UseChat, type UseChatOptions, useChat } from './use-chat.js';
