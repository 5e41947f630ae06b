import type { WebStorageLike } from '../auth/token-stores.js';
import type { RestClient } from '../rest-client.js';

/** A message whose reply has not arrived completely. */
interface PendingReply {
  readonly key: string;
  readonly text: string;
  /** Nobody else may send the message again. */
  readonly user: string | undefined;
}

const PREFIX = 'chat-client:pending-reply:';

/** Remembers by chat which reply is in progress, so that the page can receive it after a reload. */
export class PendingReplies {
  readonly #client: Pick<RestClient, 'user'>;
  readonly #storage: WebStorageLike | undefined;

  constructor(client: Pick<RestClient, 'user'>, storage: WebStorageLike | undefined) {
    this.#client = client;
    this.#storage = storage;
  }

  set(chatId: string, key: string, text: string): void {
    const pending: PendingReply = { key, text, user: this.#client.user?.username };
    this.#try((storage) => storage.setItem(PREFIX + chatId, JSON.stringify(pending)));
  }

  /** The pending reply of the current user. */
  get(chatId: string): PendingReply | undefined {
    const pending = this.#read(chatId);
    return pending?.user === this.#client.user?.username ? pending : undefined;
  }

  /** `key`: removes only this one. */
  remove(chatId: string, key?: string): void {
    if (key !== undefined && this.#read(chatId)?.key !== key) return;
    this.#try((storage) => storage.removeItem(PREFIX + chatId));
  }

  #read(chatId: string): PendingReply | undefined {
    return (
      this.#try((storage) => JSON.parse(storage.getItem(PREFIX + chatId) ?? 'null')) ?? undefined
    );
  }

  /** A storage may be full or forbidden; then a reload does not continue the reply. */
  #try<Result>(use: (storage: WebStorageLike) => Result): Result | undefined {
    try {
      return this.#storage && use(this.#storage);
    } catch {
      return undefined;
    }
  }
}
