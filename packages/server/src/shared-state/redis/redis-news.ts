import type { RedisLink } from './redis-link.js';

type Hear = (text: string) => void;

/** What this instance listens to on Redis. What is said while the line is down is lost. */
export class RedisNews {
  readonly #link: RedisLink;
  readonly #channels = new Map<string, Set<Hear>>();
  readonly #resumed = new Set<() => void>();

  constructor(link: RedisLink) {
    this.#link = link;
    link.subscriber.on('message', (channel: string, text: string) => {
      for (const hear of this.#channels.get(channel) ?? []) hear(text);
    });
    link.onRestored(() => void this.#resume());
  }

  /** Calls `listener` when all that is wanted is heard again, after some of it may have been missed. */
  onResumed(listener: () => void): void {
    this.#resumed.add(listener);
  }

  /** Resolves when the channel is heard, or is not to be heard at the moment; with how to stop. */
  listen(channel: string, hear: Hear): { readonly ready: Promise<void>; stop(): void } {
    const hearers = this.#channels.get(channel) ?? new Set<Hear>();
    const isNew = hearers.size === 0;
    // A wrapper each, so that one function may listen twice.
    const own: Hear = (text) => hear(text);
    this.#channels.set(channel, hearers.add(own));
    return {
      ready: isNew ? this.#subscribe([channel]) : Promise.resolve(),
      stop: () => {
        if (!hearers.delete(own) || hearers.size > 0) return;
        this.#channels.delete(channel);
        // A line that is down forgets by itself.
        this.#link.subscriber.unsubscribe(channel).catch(() => undefined);
      },
    };
  }

  async #resume(): Promise<void> {
    await this.#subscribe([...this.#channels.keys()]);
    for (const listener of this.#resumed) listener();
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    if (channels.length === 0 || !this.#link.up) return;
    try {
      await this.#link.subscriber.subscribe(...channels);
    } catch {
      // Said by the link already; all channels are asked for again when it is restored.
    }
  }
}
