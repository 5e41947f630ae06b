import * as stores from 'svelte/store';
import type { ChatClient } from '../client.js';
import { actionsOf, createChatStore } from '../store/chat-store.js';
import {
  type ChatActions,
  type ChatStoreOptions,
  type ChatView,
  initialView,
} from '../store/chat-view.js';

/**
 * Options of {@link useChat}: those of `client.connect()`, with `stream` on by default.
 *
 * @example
 * ```ts
 * import { type UseChatOptions, useChat } from '@chat/client/svelte';
 *
 * const options: UseChatOptions = { stream: false, queue: { ttlMs: 30_000 } };
 * const chat = useChat(client, options);
 * ```
 */
export interface UseChatOptions extends ChatStoreOptions {}

/**
 * The result of {@link useChat}: the view of the conversation as reactive properties, its actions, and the store.
 *
 * @example
 * ```ts
 * import type { UseChat } from '@chat/client/svelte';
 * import { getContext, setContext } from 'svelte';
 *
 * // `useChat` is called once at the top; components below read the context.
 * const provideConversation = (chat: UseChat) => setContext('conversation', chat);
 * const conversation = () => getContext<UseChat>('conversation');
 * ```
 */
export interface UseChat extends Readonly<ChatView>, ChatActions {
  /**
   * The store contract of Svelte, for `$chat`: calls `run` with the view, now and after each change.
   *
   * @returns a function that ends the subscription
   */
  subscribe(run: (view: ChatView) => void): () => void;
}

/**
 * The conversation of a client: messages, the reply in progress, the state of the connection, and actions.
 *
 * In Svelte 5, use the properties of the result (`chat.messages`) in a template, `$derived` or `$effect`; a destructured
 * property does not change. In Svelte 4, and in Svelte 5 without runes, use the result as a store (`$chat.messages`).
 *
 * Components with the same client share one conversation and one socket. The first one that reads it opens the socket,
 * and its options apply; when the last one is destroyed, the socket is closed and the messages are discarded. On a
 * server it opens nothing, and the conversation is empty.
 *
 * @param client created outside of the component, one for each user
 * @param options of the conversation and its socket
 * @throws InvalidOptionError when the first component reads the conversation, naming the first invalid option
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { useChat } from '@chat/client/svelte';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const chat = useChat(client);
 * await chat.send('Hello');
 * ```
 */
export function useChat(client: ChatClient, options: UseChatOptions = {}): UseChat {
  const store = createChatStore(client, options);
  const { getSnapshot } = store;
  const subscribe: UseChat['subscribe'] = (run) => {
    const update = () => run(getSnapshot());
    let stop: (() => void) | undefined = () => {};
    update();
    // Later: a server and `get(chat)` end the subscription at once, and must not open a socket.
    queueMicrotask(() => {
      if (stop === undefined) return;
      stop = store.subscribe(update);
      update();
    });
    return () => {
      stop?.();
      stop = undefined;
    };
  };
  // Svelte 4 has no `fromStore`: bundlers would warn about a static access.
  const fromStore: Partial<typeof stores>['fromStore'] = Reflect.get(stores, 'fromStore');
  const reactive = fromStore?.({ subscribe });
  const chat = { subscribe, ...actionsOf(store) };
  for (const name of Object.keys(initialView) as (keyof ChatView)[]) {
    const get = () => (reactive?.current ?? getSnapshot())[name];
    Object.defineProperty(chat, name, { get, enumerable: true });
  }
  return chat as UseChat;
}
