import type { RedisConnection } from './connection/redis-connection.js';
import type { RedisNodes } from './nodes/redis-nodes.js';

type MessageListener = (text: string) => void;

/** One listener per channel, however many subscribe to it: it passes each message on to all of them. */
interface Channel {
  readonly listener: MessageListener;
  readonly subscribers: Set<object>;
  readonly ready: Promise<void>;
}

/** The channels that this instance subscribes to. Messages that arrive while the connection is down are lost. */
export class RedisSubscriptions {
  readonly #nodes: RedisNodes;
  readonly #channels = new Map<string, Channel>();
  readonly #resubscribedListeners = new Set<() => void>();

  constructor(nodes: RedisNodes) {
    this.#nodes = nodes;
    nodes.onMessage((channel, text) => this.#channels.get(channel)?.listener(text));
    nodes.onRestored((node) => void this.#resubscribe(node));
  }

  /** Calls `listener` when the channels of a server are subscribed again, after messages may have been missed. */
  onResubscribed(listener: () => void): void {
    this.#resubscribedListeners.add(listener);
  }

  /**
   * `ready` resolves when the channel is subscribed, or cannot be at the moment. A later subscriber of the same channel
   * shares the first one's listener.
   */
  subscribe(
    name: string,
    listener: MessageListener,
  ): { readonly ready: Promise<void>; stop(): void } {
    const channel = this.#channels.get(name) ?? this.#addChannel(name, listener);
    const subscriber = {};
    channel.subscribers.add(subscriber);
    return {
      ready: channel.ready,
      stop: () => {
        if (!channel.subscribers.delete(subscriber) || channel.subscribers.size > 0) return;
        this.#channels.delete(name);
        // When the connection is down, there is no subscription to end.
        this.#nodes
          .nodeOf(name)
          ?.unsubscribe(name)
          .catch(() => undefined);
      },
    };
  }

  #addChannel(name: string, listener: MessageListener): Channel {
    const node = this.#nodes.nodeOf(name);
    const ready = node === undefined ? Promise.resolve() : sendSubscribe(node, [name]);
    const channel = { listener, subscribers: new Set<object>(), ready };
    this.#channels.set(name, channel);
    return channel;
  }

  async #resubscribe(node: RedisConnection): Promise<void> {
    const names = [...this.#channels.keys()].filter((name) => this.#nodes.nodeOf(name) === node);
    await sendSubscribe(node, names);
    for (const listener of this.#resubscribedListeners) listener();
  }
}

async function sendSubscribe(node: RedisConnection, channels: readonly string[]): Promise<void> {
  if (channels.length === 0 || !node.up) return;
  try {
    await node.subscribe(channels);
  } catch {
    // The connection has logged it; all channels are subscribed again when it is restored.
  }
}
