import type { IdempotencyRecord, MessageRecord, Store } from '../../../domain/ports/store.js';
import { appendMessage, type NewMessage } from '../append-message.js';

/** The store under test: a new, empty one for each test. */
export class StoreUnderTest {
  readonly #open: () => Promise<Store>;
  #store: Store | undefined;

  constructor(open: () => Promise<Store>) {
    this.#open = open;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('The store under test is not open.');
    return this.#store;
  }

  async open(): Promise<void> {
    this.#store = await this.#open();
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  idempotencyRecord(userId: string, key: string): Promise<IdempotencyRecord | undefined> {
    return this.store.transaction(userId, (tx) => tx.idempotencyRecord, { idempotencyKey: key });
  }

  append(userId: string, content: string, more: Partial<NewMessage> = {}): Promise<MessageRecord> {
    return this.store.transaction(userId, (tx) => appendMessage(tx, { userId, content, ...more }));
  }
}

export const wholeRange = { from: 1, to: Number.MAX_SAFE_INTEGER };

export function contents(messages: readonly MessageRecord[]): string[] {
  return messages.map((message) => message.content);
}
