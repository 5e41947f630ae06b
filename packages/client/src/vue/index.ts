/**
 * The Vue composable {@link useChat} for a conversation. Vue 3.3 or newer is an optional peer dependency.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { useChat } from '@chat/client/vue';
 * import { defineComponent, h } from 'vue';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 *
 * export const Chat = defineComponent(() => {
 *   const { messages } = useChat(client);
 *   return () => messages.value.map(({ key, content }) => h('p', { key }, content));
 * });
 * ```
 *
 * @module @chat/client/vue
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
export { type ChatRefs, type UseChat, type UseChatOptions, useChat } from './use-chat.js';
