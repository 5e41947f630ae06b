import type { SocketMessage, SocketStatus } from '../socket/events.js';
import type { SocketState } from '../socket/state-table.js';

/**
 * A stored message, with a key for a list.
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
  /** The same for as long as the message is shown. */
  key: string;
}

/**
 * A message of this page that is not among the stored ones yet.
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
  /** The same for as long as the message is on its way; what `retry` and `discard` are given. */
  key: string;
  /** The text, as it was said. */
  content: string;
  /** `sending` also while it waits for a line; a `failed` one can be sent again or discarded. */
  state: 'sending' | 'failed';
  /** Why it failed: `not_sent` is safe to send again, `outcome_unknown` may be stored already. */
  error?: unknown;
}

/**
 * The reply that the assistant is making.
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
  /** That of the message to come, where the backend tells; else one of its own. */
  key: string;
  /** What it has said so far; empty while it thinks. */
  content: string;
}

/**
 * How the line to the backend is.
 *
 * @example
 * ```tsx
 * import type { ChatConnection } from '@chat/client/react';
 *
 * function Line({ state, reason }: ChatConnection) {
 *   if (state === 'open') return null;
 *   return <p role="status">{state === 'closed' ? `Closed: ${reason ?? 'for good'}` : 'Connecting…'}</p>;
 * }
 * ```
 */
export interface ChatConnection {
  /** Where the socket stands. */
  state: SocketState;
  /** In `waiting`: when the next dial is due, in milliseconds since the epoch. */
  retryAt?: number;
  /** The close code that led here. */
  code?: number;
  /** The reason that came with the close code. */
  reason?: string;
  /** What went wrong; in `closed` it is final. */
  error?: unknown;
}

/**
 * How far back the messages reach.
 *
 * @example
 * ```tsx
 * import type { ChatHistory } from '@chat/client/react';
 *
 * function Older({ hasOlder, isLoading, error, load }: ChatHistory & { load: () => Promise<void> }) {
 *   if (!hasOlder) return null;
 *   const words = error === undefined ? 'Older messages' : 'That failed; once more';
 *   return <button type="button" disabled={isLoading} onClick={() => void load()}>{words}</button>;
 * }
 * ```
 */
export interface ChatHistory {
  /** Whether there may be older messages than the first one shown. */
  hasOlder: boolean;
  /** Whether a page is being read. */
  isLoading: boolean;
  /** Why the last page could not be read; `loadOlder` tries again. */
  error?: unknown;
}

/**
 * What a conversation looks like at a moment. Never changed: the next moment has a view of its own.
 *
 * @example
 * ```tsx
 * import type { ChatView } from '@chat/client/react';
 *
 * // Given a view, in a story or a test: no client, no backend.
 * const Badge = ({ messages, outgoing }: Pick<ChatView, 'messages' | 'outgoing'>) => (
 *   <span>{messages.length} messages, {outgoing.length} on their way</span>
 * );
 * const shown = <Badge messages={[]} outgoing={[{ key: 'a', content: 'Hi', state: 'sending' }]} />;
 * ```
 */
export interface ChatView {
  /** Stored messages, oldest first, each once; the same array until it changes. */
  messages: readonly ChatMessage[];
  /** Messages of this page that are on their way or failed, in the order in which they were said. */
  outgoing: readonly OutgoingMessage[];
  /** Undefined while the assistant is not at work. */
  reply: ReplyInProgress | undefined;
  /** How the line to the backend is. */
  connection: ChatConnection;
  /** How far back the messages reach. */
  history: ChatHistory;
  /** After a limit notice: until when sending is held, in milliseconds since the epoch. */
  heldUntil: number | undefined;
  /** The backend's last word for people, such as that a reply failed; gone with the next message. */
  notice: SocketStatus | undefined;
}

/**
 * What a component does with a conversation. All keep their identity.
 *
 * @example
 * ```tsx
 * import type { ChatActions } from '@chat/client/react';
 *
 * // A part of the page is given what it does, and not the whole conversation.
 * function Composer({ send }: Pick<ChatActions, 'send'>) {
 *   return <button type="button" onClick={() => void send('Hello')}>Say hello</button>;
 * }
 * ```
 */
export interface ChatActions {
  /**
   * Says something. It is among `outgoing` at once, waits there while there is no line, and moves to
   * `messages` when it is stored; when it fails it stays in `outgoing`, so the promise may be ignored.
   *
   * @throws MessageNotSentError it is surely not stored
   * @throws OutcomeUnknownError nothing tells whether it is stored
   */
  send(content: string): Promise<SocketMessage>;
  /** Says a failed message again. */
  retry(key: string): void;
  /** Forgets a failed message. */
  discard(key: string): void;
  /** Reads the next page of older messages; what goes wrong is in `history.error`. */
  loadOlder(): Promise<void>;
  /** Dials at once; after `closed` the conversation begins anew. */
  reconnect(): void;
  /** Marks all messages up to this id as read, on a backend that knows receipts. */
  markRead(id: string): void;
}

/** What every conversation looks like before it has begun, and on a server. */
export const blankView: ChatView = {
  messages: [],
  outgoing: [],
  reply: undefined,
  connection: { state: 'connecting' },
  history: { hasOlder: false, isLoading: true },
  heldUntil: undefined,
  notice: undefined,
};
