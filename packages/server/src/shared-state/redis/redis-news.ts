import type { RedisLink } from './redis-link.js';

type Hear = (text: string) => void;

/** A channel has one hearer, however many want it: what is heard here is passed on to all of them. */
interface Channel {
  readonly hear: Hear;
  readonly wanted: Set<object>;
  readonly ready: Promise<void>;
}

/** What this instance listens to on Redis. What is said while the line is down is lost. */
export class RedisNews {
  readonly #link: RedisLink;
  readonly #channels = new Map<string, Channel>();
  readonly #resumed = new Set<() => void>();

  constructor(link: RedisLink) {
    this.#link = link;
    link.subscriber.on('message', (channel: string, text: string) => {
      this.#channels.get(channel)?.hear(text);
    });
    link.onRestored(() => void this.#resume());
  }

  /** Calls `listener` when all that is wanted is heard again, after some of it may have been missed. */
  onResumed(listener: () => void): void {
    this.#resumed.add(listener);
  }

  /**
   * Resolves when the channel is heard, or is not to be heard at the moment; with how to stop. Who wants
   * a channel that is listened to already shares its hearer.
   */
  listen(name: string, hear: Hear): { readonly ready: Promise<void>; stop(): void } {
    const channel = this.#channels.get(name) ?? this.#open(name, hear);
    const own = {};
    channel.wanted.add(own);
    return {
      ready: channel.ready,
      stop: () => {
        if (!channel.wanted.delete(own) || channel.wanted.size > 0) return;
        this.#channels.delete(name);
        // A line that is down forgets by itself.
        this.#link.subscriber.unsubscribe(name).catch(() => undefined);
      },
    };
  }

  #open(name: string, hear: Hear): Channel {
    const channel = { hear, wanted: new Set<object>(), ready: this.#subscribe([name]) };
    this.#channels.set(name, channel);
    return channel;
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
