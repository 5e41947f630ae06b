import { useMemo, useSyncExternalStore } from 'react';
import type { ChatClient } from '../client.js';
import type { ConnectOptions } from '../socket/options.js';
import { blankView, type ChatActions, type ChatView } from './chat-view.js';
import { conversationOf } from './conversation-of.js';

/**
 * Options of {@link useChat}: those of `client.connect()`, with `stream` on by default.
 *
 * @example
 * ```tsx
 * import type { ChatClient } from '@chat/client';
 * import { type UseChatOptions, useChat } from '@chat/client/react';
 *
 * // Outside of the component, as the client is.
 * const options: UseChatOptions = { stream: false, queue: { ttlMs: 30_000 } };
 * const Count = ({ client }: { client: ChatClient }) => <p>{useChat(client, options).messages.length}</p>;
 * ```
 */
export interface UseChatOptions extends Omit<ConnectOptions, 'signal'> {}

/**
 * What {@link useChat} returns: how the conversation looks, and what to do with it.
 *
 * @example
 * ```tsx
 * import { createContext, useContext } from 'react';
 * import type { UseChat } from '@chat/client/react';
 *
 * // Called once at the top of the page, read anywhere below it.
 * const Conversation = createContext<UseChat | undefined>(undefined);
 * const useConversation = () => useContext(Conversation)?.messages ?? [];
 * ```
 */
export interface UseChat extends ChatView, ChatActions {}

/**
 * A client's conversation: messages, the reply as it is made, how the line is, and what to do with it.
 *
 * Components that are given the same client share one conversation, with one socket: it opens when the
 * first of them is mounted, and when the last is gone it is closed and forgotten; the options of the
 * first hold. On a server nothing is opened, and the blank conversation is rendered.
 *
 * @param client made outside of the component, one for each user
 * @throws InvalidOptionError naming the first option that is wrong
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
  const conversation = conversationOf(client, options);
  const view = useSyncExternalStore(conversation.subscribe, conversation.view, viewOnServer);
  return useMemo(() => {
    const { send, retry, discard, loadOlder, reconnect, markRead } = conversation;
    return { ...view, send, retry, discard, loadOlder, reconnect, markRead };
  }, [conversation, view]);
}

const viewOnServer = (): ChatView => blankView;
