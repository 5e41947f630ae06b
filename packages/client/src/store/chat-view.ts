import type { Outbox } from '../outbox/outbox.js';
import type { SocketMessage } from '../socket/events.js';
import type { ConnectOptions } from '../socket/options.js';
import type { SocketState } from '../socket/state-change.js';
import type { SocketStatus } from '../socket/status-events.js';
import type { ChatSession } from '../types/models.js';

/**
 * A stored message with a key for a list.
 *
 * @example
 * ```tsx
 * import type { ChatMessage } from '@chat/client/react';
 *
 * function Bubble({ role, content, timestamp }: ChatMessage) {
 *   return <p className={role} title={timestamp}>{content}</p>;
 * }
 * const Log = ({ messages }: { messages: readonly ChatMessage[] }) =>
 *   messages.map((message) => <Bubble {...message} key={message.key} />);
 * ```
 */
export interface ChatMessage extends SocketMessage {
  /** Stable while the message is shown. */
  key: string;
}

/**
 * A message that this page has sent and that is not among the stored messages yet.
 *
 * @example
 * ```tsx
 * import { isChatError } from '@chat/client';
 * import type { OutgoingMessage } from '@chat/client/react';
 *
 * function Outgoing({ content, state, error }: OutgoingMessage) {
 *   const maybeStored = isChatError(error, 'outcome_unknown');
 *   return <p className={state}>{content}{maybeStored && ' (it may have arrived)'}</p>;
 * }
 * ```
 */
export interface OutgoingMessage {
  /** Stable while the message is outgoing; the argument of `retry` and `discard`. */
  key: string;
  /** The text, unchanged. */
  content: string;
  /** `sending`: also while there is no connection; `failed`: it can be sent again or discarded. */
  state: 'sending' | 'failed';
  /** Why it failed. With code `not_sent` it is safe to send again; with `outcome_unknown` it may be stored already. */
  error?: unknown;
}

/**
 * The reply that the assistant is generating.
 *
 * @example
 * ```tsx
 * import type { ReplyInProgress } from '@chat/client/react';
 *
 * function Reply({ reply }: { reply: ReplyInProgress | undefined }) {
 *   return reply && <p key={reply.key} aria-busy="true">{reply.content || '…'}</p>;
 * }
 * ```
 */
export interface ReplyInProgress {
  /** The key of the final message, if the backend sends its id; else a temporary one. */
  key: string;
  /** The text so far; empty before the first delta. */
  content: string;
  /** Whether `stop` was called for it; missing before. */
  isStopping?: boolean;
}

/**
 * The state of the connection to the backend.
 *
 * @example
 * ```tsx
 * import type { ChatConnection } from '@chat/client/react';
 *
 * function ConnectionStatus({ state, reason }: ChatConnection) {
 *   if (state === 'open') return null;
 *   return <p role="status">{state === 'closed' ? `Closed. ${reason ?? ''}` : 'Connecting…'}</p>;
 * }
 * ```
 */
export interface ChatConnection {
  /** The state of the socket. */
  state: SocketState;
  /** In `waiting`: the time of the next connection attempt, in milliseconds since the epoch. */
  retryAt?: number;
  /** The close code that caused the state; `signed_out` after a logout. */
  code?: number | 'signed_out';
  /** The close reason. */
  reason?: string;
  /** The error that caused the state; in `closed` it is permanent. */
  error?: unknown;
}

/**
 * The state of the history.
 *
 * @example
 * ```tsx
 * import type { ChatHistory } from '@chat/client/react';
 *
 * function Older({ hasOlder, isLoading, error, load }: ChatHistory & { load: () => Promise<void> }) {
 *   if (!hasOlder) return null;
 *   const label = error === undefined ? 'Older messages' : 'Failed. Try again';
 *   return <button type="button" disabled={isLoading} onClick={() => void load()}>{label}</button>;
 * }
 * ```
 */
export interface ChatHistory {
  /** Whether there may be messages older than the first one in the list. */
  hasOlder: boolean;
  /** Whether a page is being loaded. */
  isLoading: boolean;
  /** Why the last page could not be loaded; `loadOlder` tries again. */
  error?: unknown;
}

/**
 * An immutable snapshot of a conversation.
 *
 * @example
 * ```tsx
 * import type { ChatView } from '@chat/client/react';
 *
 * // With a view of your own, in a story or a test: no client, no backend.
 * const Badge = ({ messages, outgoing }: Pick<ChatView, 'messages' | 'outgoing'>) => (
 *   <span>{messages.length} messages, {outgoing.length} outgoing</span>
 * );
 * const badge = <Badge messages={[]} outgoing={[{ key: 'a', content: 'Hi', state: 'sending' }]} />;
 * ```
 */
export interface ChatView {
  /** Stored messages, oldest first, each once; the same array until it changes. */
  messages: readonly ChatMessage[];
  /** Messages of this page that are being sent or failed, in the order of their `send` calls. */
  outgoing: readonly OutgoingMessage[];
  /** The reply that the assistant is generating, or undefined. */
  reply: ReplyInProgress | undefined;
  /** The state of the connection to the backend. */
  connection: ChatConnection;
  /** The state of the history. */
  history: ChatHistory;
  /** After a rate limit: when sending continues, in milliseconds since the epoch. */
  rateLimitedUntil: number | undefined;
  /** The backend's last notice for the user, such as a failed reply; undefined after the next message. */
  notice: SocketStatus | undefined;
}

/**
 * The actions of a conversation. The functions never change, so that they are safe in dependency lists.
 *
 * @example
 * ```tsx
 * import type { ChatActions } from '@chat/client/react';
 *
 * // A component receives only the action that it needs.
 * function Composer({ send }: Pick<ChatActions, 'send'>) {
 *   return <button type="button" onClick={() => void send('Hello')}>Say hello</button>;
 * }
 * ```
 */
export interface ChatActions {
  /**
   * Sends a message. It is in `outgoing` at once, waits there while there is no connection, and moves to `messages` when
   * it is stored. If it fails it stays in `outgoing`, so you may ignore the promise.
   *
   * @throws MessageNotSentError when it was not stored
   * @throws OutcomeUnknownError when it may be stored or not
   */
  send(content: string): Promise<SocketMessage>;
  /** Sends a failed message again. */
  retry(key: string): void;
  /** Removes a failed message. */
  discard(key: string): void;
  /**
   * Stops the reply in progress. The text so far becomes a message with `stopped: true`.
   *
   * @throws ExtensionUnavailableError when the backend does not have the extension `stop`
   */
  stop(): void;
  /**
   * Requests another reply to the same question. It appears as `reply` and then in `messages`; the earlier one stays.
   * Resolves when it is stored. A rejection that is not handled does not end the process.
   *
   * @param messageId the id of the question or of its reply
   * @throws the errors of `client.chat.regenerate`
   */
  regenerate(messageId: string): Promise<void>;
  /**
   * Ends the current session and resolves with a new one, to which the next message belongs. Messages of earlier sessions
   * stay in `messages`; each message has its `sessionId`.
   *
   * @throws the errors of `client.chat.newSession`
   */
  newSession(): Promise<ChatSession>;
  /** Loads the next page of older messages; an error is in `history.error`. */
  loadOlder(): Promise<void>;
  /** Reconnects at once; after `closed` it opens a new socket. */
  reconnect(): void;
  /** Marks all messages up to this id as read, on a backend with the extension `receipts`. */
  markRead(id: string): void;
}

/**
 * Options of {@link createChatStore} and `useChat`: those of `client.connect()`, with `stream` on by default.
 *
 * @example
 * ```ts
 * import { type ChatStoreOptions, createChatStore } from '@chat/client/store';
 *
 * const options: ChatStoreOptions = { stream: false, queue: { ttlMs: 30_000 } };
 * const store = createChatStore(client, options);
 * ```
 */
export interface ChatStoreOptions extends Omit<ConnectOptions, 'signal'> {
  /**
   * Stores messages before they are sent, so that they survive a reload or a crash of the page: see
   * `@chat/client/outbox`. A message that is older than 24 hours is not sent again; it is in `outgoing` as failed.
   * @default none
   */
  outbox?: Outbox | undefined;
}

/**
 * The conversation of one client, as an external store for any UI framework. All functions may be used without the
 * object.
 *
 * @example
 * ```ts
 * import { type ChatStore, createChatStore } from '@chat/client/store';
 *
 * const store: ChatStore = createChatStore(client);
 * const unsubscribe = store.subscribe(() => console.log(store.getSnapshot().messages.length));
 * await store.send('Hello');
 * unsubscribe();
 * ```
 */
export interface ChatStore extends ChatActions {
  /** The current view. It is the same object until something changes. */
  getSnapshot(): ChatView;
  /**
   * Calls `listener` after each change. The first subscriber opens the socket and loads the history; after the last one
   * has left, the socket is closed and the messages are discarded.
   *
   * @returns a function that removes the listener
   */
  subscribe(listener: () => void): () => void;
}

/** The view before the first subscriber, and on a server. */
export const initialView: ChatView = {
  messages: [],
  outgoing: [],
  reply: undefined,
  connection: { state: 'connecting' },
  history: { hasOlder: false, isLoading: true },
  rateLimitedUntil: undefined,
  notice: undefined,
};
