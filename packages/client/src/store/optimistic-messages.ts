import type { Message } from '../types/models.js';
import { initialView, type OutgoingMessage } from './chat-view.js';

interface OptimisticMessage extends OutgoingMessage {
  /** Known to be stored but not yet in the list, because a gap before it is being filled. */
  readonly stored?: Message;
}

/** The messages of this page that are not yet in the list of stored messages. */
export class OptimisticMessages {
  #messages: readonly OptimisticMessage[] = initialView.outgoing;

  get all(): readonly OutgoingMessage[] {
    return this.#messages;
  }

  add(key: string, content: string): void {
    this.#messages = [...this.#messages, { key, content, state: 'sending' }];
  }

  failed(key: string, error: unknown): void {
    this.#replace(key, { state: 'failed', error });
  }

  stored(key: string, stored: Message): void {
    this.#replace(key, { stored });
  }

  /** Removes the messages that are in the list of stored messages now. */
  removeShown(isShown: (message: Message) => boolean): void {
    if (!this.#messages.some(({ stored }) => stored !== undefined && isShown(stored))) return;
    this.#messages = this.#messages.filter(
      ({ stored }) => stored === undefined || !isShown(stored),
    );
  }

  /** Removes a failed message and returns its content. */
  removeFailed(key: string): string | undefined {
    const failed = this.#messages.find((one) => one.key === key && one.state === 'failed');
    if (failed !== undefined) this.#messages = this.#messages.filter((one) => one !== failed);
    return failed?.content;
  }

  #replace(key: string, change: Partial<OptimisticMessage>): void {
    this.#messages = this.#messages.map((one) => (one.key === key ? { ...one, ...change } : one));
  }
}
