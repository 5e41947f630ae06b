import { useMemo, useSyncExternalStore } from 'react';
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
 * ```tsx
 * import type { ChatClient } from '@chat/client';
 * import { type UseChatOptions, useChat } from '@chat/client/react';
 *
 * // Outside of the component, like the client.
 * const options: UseChatOptions = { stream: false, queue: { ttlMs: 30_000 } };
 * const Count = ({ client }: { client: ChatClient }) => <p>{useChat(client, options).messages.length}</p>;
 * ```
 */
export interface UseChatOptions extends ChatStoreOptions {}

/**
 * The result of {@link useChat}: the view of the conversation and its actions.
 *
 * @example
 * ```tsx
 * import { createContext, useContext } from 'react';
 * import type { UseChat } from '@chat/client/react';
 *
 * // `useChat` is called once at the top; components below read the context.
 * const Conversation = createContext<UseChat | undefined>(undefined);
 * const useConversation = () => useContext(Conversation)?.messages ?? [];
 * ```
 */
export interface UseChat extends ChatView, ChatActions {}

/**
 * The conversation of a client: messages, the reply in progress, the state of the connection, and actions.
 *
 * Components with the same client share one conversation and one socket. The first one that mounts opens the socket, and
 * its options apply; when the last one unmounts, the socket is closed and the messages are discarded. On a server
 * the hook opens nothing and returns an empty conversation.
 *
 * @param client created outside of the component, one for each user
 * @param options of the conversation and its socket
 * @throws InvalidOptionError naming the first invalid option
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
 *   const { messages, outgoing, reply, connection, send } = useChat(client);
 *   return (
 *     <>
 *       {messages.map(({ key, role, content }) => <p key={key} className={role}>{content}</p>)}
 *       {reply && <p key={reply.key}>{reply.content || '…'}</p>}
 *       {outgoing.map(({ key, content, state }) => <p key={key} className={state}>{content}</p>)}
 *       {connection.state !== 'open' && <p role="status">Connecting…</p>}
 *       <button type="button" onClick={() => void send('Hello')}>Say hello</button>
 *     </>
 *   );
 * }
 * ```
 */
export function useChat(client: ChatClient, options: UseChatOptions = {}): UseChat {
  const store = createChatStore(client, options);
  const view = useSyncExternalStore(store.subscribe, store.getSnapshot, serverView);
  return useMemo(() => ({ ...view, ...actionsOf(store) }), [store, view]);
}

const serverView = (): ChatView => initialView;
