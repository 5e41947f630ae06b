import type { DomainContext } from '../context.js';
import type { MessageRange } from '../ports/store.js';

/**
 * Marks messages as delivered that were sent to sockets: one transaction at a time per user, for all messages that were
 * sent in the meantime.
 */
export class DeliveryWriter {
  readonly #context: Pick<DomainContext, 'store' | 'logger'>;
  readonly #next = new Map<string, MessageRange>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(context: Pick<DomainContext, 'store' | 'logger'>) {
    this.#context = context;
  }

  /** The user's message with this number was sent to a socket. */
  add(userId: string, seq: number): void {
    const { from, to } = this.#next.get(userId) ?? { from: seq, to: seq };
    this.#next.set(userId, { from: Math.min(from, seq), to: Math.max(to, seq) });
    if (!this.#writing.has(userId)) this.#writing.set(userId, this.#write(userId));
  }

  /** Resolves when everything is stored. */
  async whenIdle(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #write(userId: string): Promise<void> {
    const { store, logger } = this.#context;
    for (let range = this.#next.get(userId); range !== undefined; range = this.#next.get(userId)) {
      const written = range;
      this.#next.delete(userId);
      try {
        await store.transaction(userId, (tx) => tx.markDelivered(written));
      } catch (err) {
        // The messages are stored and sent; only their status may be lost.
        logger.warn({ userId, err }, 'Messages could not be marked as delivered.');
      }
    }
    this.#writing.delete(userId);
  }
}
