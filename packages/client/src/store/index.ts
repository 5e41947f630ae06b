/**
 * The conversation of a client as a store for any UI framework: start with {@link createChatStore}. React, Vue and
 * Svelte have entry points of their own.
 *
 * @example
 * ```ts
 * import { createChatStore } from '@chat/client/store';
 *
 * const store = createChatStore(client);
 * store.subscribe(() => {
 *   const lines = store.getSnapshot().messages.map(({ role, content }) => `${role}: ${content}`);
 *   document.body.textContent = lines.join('\n');
 * });
 * ```
 *
 * @module @chat/client/store
 * @group Reference
 */

export type { Outbox, OutboxMessage } from '../outbox/outbox.js';
export { createChatStore } from './chat-store.js';
export type {
  ChatActions,
  ChatConnection,
  ChatHistory,
  ChatMessage,
  ChatStore,
  ChatStoreOptions,
  ChatView,
  OutgoingMessage,
  ReplyInProgress,
} from './chat-view.js';
