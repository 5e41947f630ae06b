/**
 * Unsent messages survive a reload or a crash of the page: start with {@link indexedDbOutbox}.
 *
 * @example
 * ```ts
 * import { indexedDbOutbox } from '@chat/client/outbox';
 * import { createChatStore } from '@chat/client/store';
 *
 * const store = createChatStore(client, { outbox: indexedDbOutbox() });
 * ```
 *
 * @module @chat/client/outbox
 * @group Reference
 */

export { type IndexedDbOutboxOptions, indexedDbOutbox } from './indexed-db-outbox.js';
export type { Outbox, OutboxMessage } from './outbox.js';
