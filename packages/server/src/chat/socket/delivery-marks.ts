import type { ChatCore } from '../core.js';
import type { SeqRange } from '../store.js';

/**
 * Notes which messages left to their user's sockets: one transaction at a time for each user, however
 * many messages went out meanwhile.
 */
export class DeliveryMarks {
  readonly #core: Pick<ChatCore, 'store' | 'logger'>;
  readonly #next = new Map<string, SeqRange>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(core: Pick<ChatCore, 'store' | 'logger'>) {
    this.#core = core;
  }

  /** The user's message with this number was handed to a socket. */
  add(userId: string, seq: number): void {
    const { from, to } = this.#next.get(userId) ?? { from: seq, to: seq };
    this.#next.set(userId, { from: Math.min(from, seq), to: Math.max(to, seq) });
    if (!this.#writing.has(userId)) this.#writing.set(userId, this.#write(userId));
  }

  /** Resolves when all that was noted is stored. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #write(userId: string): Promise<void> {
    const { store, logger } = this.#core;
    for (let range = this.#next.get(userId); range !== undefined; range = this.#next.get(userId)) {
      const written = range;
      this.#next.delete(userId);
      try {
        await store.transaction(userId, (tx) => tx.markDelivered(written));
      } catch (err) {
        // The messages are safe and were sent; that they were is a note which may be lost.
        logger.warn({ userId, err }, 'That a message was delivered could not be noted.');
      }
    }
    this.#writing.delete(userId);
  }
}
