import type { ChatClient } from '../client.js';
import { delay } from '../lib/timers.js';
import type { SocketMessage } from '../socket/events.js';
import type { Message } from '../types/models.js';

const POLL_MS = 5_000;
const PAGE_SIZE = 50;

/** A message that is being sent with `POST /chat`. */
export interface SentOverRest {
  readonly content: string;
  readonly key: string;
}

/** Receives the newest page of the history, newest first. `reachedEnd`: there are no older messages. */
type OnPage = (page: readonly Message[], reachedEnd: boolean, sending?: SentOverRest) => void;

/**
 * The conversation without a socket, because the user has too many: sends messages with `POST /chat` and polls the
 * history.
 */
export class RestFallback {
  readonly #client: ChatClient;
  readonly #onPage: OnPage;
  readonly #stopped = new AbortController();
  /** Sends one message after the other, to keep their order. */
  #lastSend: Promise<unknown> = Promise.resolve();
  #sending: SentOverRest | undefined;

  constructor(client: ChatClient, onPage: OnPage) {
    this.#client = client;
    this.#onPage = onPage;
    void this.#poll();
  }

  /** Ends the polling. Resolves when the messages before this call were sent: later ones must not overtake them. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#lastSend;
  }

  /** @throws what `client.chat.send` throws */
  send(content: string, key: string, idempotencyKey?: string): Promise<SocketMessage> {
    const sent = this.#lastSend.then(async () => {
      this.#sending = { content, key };
      try {
        const { messages } = await this.#client.chat.send(content, {
          return: 'minimal',
          idempotencyKey,
        });
        await this.#readNewest();
        // A backend may trim the content. Its response contains the message in any case.
        return messages.filter(({ role }) => role === 'user').at(-1) as SocketMessage;
      } finally {
        this.#sending = undefined;
      }
    });
    this.#lastSend = sent.catch(() => undefined);
    return sent;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#readNewest();
      await delay(POLL_MS, signal);
    }
  }

  async #readNewest(): Promise<void> {
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    try {
      const query = { page: 1, pageSize: PAGE_SIZE, signal };
      const { messages, pagination } = await this.#client.chat.history(query);
      if (!signal.aborted)
        this.#onPage(messages, messages.length >= pagination.total, this.#sending);
    } catch {
      // The next poll tries again.
    }
  }
}
