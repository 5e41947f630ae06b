import { randomId } from '../lib/random-id.js';
import type { Outbox, OutboxMessage } from './outbox.js';

/**
 * Options of {@link indexedDbOutbox}.
 *
 * @example
 * ```ts
 * import { type IndexedDbOutboxOptions, indexedDbOutbox } from '@chat/client/outbox';
 *
 * // Two backends on one origin.
 * const options: IndexedDbOutboxOptions = { name: 'outbox-of-support-chat' };
 * const outbox = indexedDbOutbox(options);
 * ```
 */
export interface IndexedDbOutboxOptions {
  /**
   * The name of the database. Each backend of an origin needs its own.
   * @default 'chat-client-outbox'
   */
  name?: string | undefined;
}

interface StoredMessage extends OutboxMessage {
  /** The page that sends it. */
  readonly page: string;
  /** The order within the page. */
  readonly position: number;
}

const STORE = 'messages';

/**
 * Stores unconfirmed messages in IndexedDB, in clear text, until the backend confirms them or the user logs out. After a
 * reload or a crash they are sent again with the same id. Messages of another open tab are left to that tab, where the
 * browser has Web Locks.
 *
 * Without IndexedDB, messages are sent as if there was no outbox.
 *
 * @param options the name of the database
 * @example
 * ```ts
 * import { indexedDbOutbox } from '@chat/client/outbox';
 * import { createChatStore } from '@chat/client/store';
 *
 * const store = createChatStore(client, { outbox: indexedDbOutbox() });
 * ```
 */
export function indexedDbOutbox({
  name = 'chat-client-outbox',
}: IndexedDbOutboxOptions = {}): Outbox {
  const page = randomId();
  const lockName = (of: string) => `${name}:${of}`;
  let position = 0;
  let database: Promise<IDBDatabase> | undefined;

  function openDatabase(): Promise<IDBDatabase> {
    database ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }).catch((error) => {
      database = undefined;
      throw error;
    });
    return database;
  }

  async function transact<Result>(
    mode: IDBTransactionMode,
    use: (messages: IDBObjectStore) => IDBRequest<Result>,
  ): Promise<Result> {
    const opened = await openDatabase();
    return new Promise((resolve, reject) => {
      // Strict: it is complete when it is on the disk.
      const transaction = opened.transaction(STORE, mode, { durability: 'strict' });
      const request = use(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** Held as long as the page exists. Resolves when it is held. */
  let holding: Promise<void> | undefined;
  function holdLock(): Promise<void> {
    holding ??= new Promise((resolve) => {
      const locks: LockManager | undefined = globalThis.navigator?.locks;
      const held = locks?.request(lockName(page), () => {
        resolve();
        return new Promise(() => {});
      });
      // Forbidden, or not supported.
      if (held) held.catch(() => resolve());
      else resolve();
    });
    return holding;
  }

  async function openPages(): Promise<Set<string | undefined>> {
    const held = (await globalThis.navigator?.locks?.query().catch(() => undefined))?.held;
    return new Set(held?.map((lock) => lock.name));
  }

  return {
    async open(user) {
      await holdLock();
      const all = (await transact('readonly', (messages) => messages.getAll())) as StoredMessage[];
      const locked = await openPages();
      const taken = all
        .filter((message) => message.user === user)
        .filter((message) => message.page === page || !locked.has(lockName(message.page)))
        .sort((a, b) => a.createdAt - b.createdAt || a.position - b.position);
      for (const message of taken) {
        await transact('readwrite', (messages) => messages.put({ ...message, page }));
      }
      return taken.map(({ id, content, createdAt }) => ({ id, user, content, createdAt }));
    },
    async add(message) {
      position += 1;
      const stored: StoredMessage = { ...message, page, position };
      await holdLock();
      await transact('readwrite', (messages) => messages.put(stored));
    },
    remove: (id) => transact('readwrite', (messages) => messages.delete(id)),
    clear: () => transact('readwrite', (messages) => messages.clear()),
  };
}
