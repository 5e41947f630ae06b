/**
 * A message that a page has sent and that the backend has not confirmed.
 *
 * @example
 * ```ts
 * import type { OutboxMessage } from '@chat/client/outbox';
 *
 * const describe = ({ content, createdAt }: OutboxMessage) => `${content} (${new Date(createdAt).toISOString()})`;
 * ```
 */
export interface OutboxMessage {
  /** Identifies the message at the backend too, so that a repeat is stored once. */
  readonly id: string;
  /** The username of the sender. */
  readonly user: string;
  /** The text. */
  readonly content: string;
  /** When it was sent, in milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * Stores unconfirmed messages for the option `outbox` of `createChatStore` and `useChat`. `indexedDbOutbox()` is one.
 *
 * @example
 * ```ts
 * import type { Outbox, OutboxMessage } from '@chat/client/outbox';
 *
 * // In memory, for a test: it survives an unmount, but not a reload.
 * const messages = new Map<string, OutboxMessage>();
 * const outbox: Outbox = {
 *   open: async (user) => [...messages.values()].filter((message) => message.user === user),
 *   add: async (message) => void messages.set(message.id, message),
 *   remove: async (id) => void messages.delete(id),
 *   clear: async () => messages.clear(),
 * };
 * ```
 */
export interface Outbox {
  /** The messages of this user that no other open page sends, oldest first. */
  open(user: string): Promise<readonly OutboxMessage[]>;
  /** Stores a message. Resolves when it survives a crash. */
  add(message: OutboxMessage): Promise<void>;
  /** Removes a message that is confirmed or discarded. */
  remove(id: string): Promise<void>;
  /** Removes all messages, because the user has logged out. */
  clear(): Promise<void>;
}
