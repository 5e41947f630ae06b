import type { Message } from '../types/models.js';
import type { OutgoingMessage } from './chat-view.js';

interface Entry extends OutgoingMessage {
  /** Known to be stored, but not shown yet: a gap is being filled before it. */
  readonly stored?: Message;
}

/** What this page said and does not see among the stored messages yet. */
export class Outbox {
  #entries: readonly Entry[] = [];
  #count = 0;

  get all(): readonly OutgoingMessage[] {
    return this.#entries;
  }

  /** @returns its key */
  add(content: string): string {
    this.#count += 1;
    const key = `outgoing-${this.#count}`;
    this.#entries = [...this.#entries, { key, content, state: 'sending' }];
    return key;
  }

  failed(key: string, error: unknown): void {
    this.#replace(key, { state: 'failed', error });
  }

  stored(key: string, stored: Message): void {
    this.#replace(key, { stored });
  }

  /** Drops what is seen now. */
  settle(isShown: (message: Message) => boolean): void {
    if (!this.#entries.some(({ stored }) => stored !== undefined && isShown(stored))) return;
    this.#entries = this.#entries.filter(({ stored }) => stored === undefined || !isShown(stored));
  }

  /** Takes a failed message out. */
  take(key: string): string | undefined {
    const entry = this.#entries.find((one) => one.key === key && one.state === 'failed');
    if (entry !== undefined) this.#entries = this.#entries.filter((one) => one !== entry);
    return entry?.content;
  }

  #replace(key: string, change: Partial<Entry>): void {
    this.#entries = this.#entries.map((one) => (one.key === key ? { ...one, ...change } : one));
  }
}
