import { deferred } from '../lib/deferred.js';
import type { Outbox, OutboxMessage } from '../outbox/outbox.js';

/** Stores the outgoing messages of one conversation in an outbox, one after the other. */
export class PersistentMessages {
  readonly #outbox: Outbox;
  readonly #user = deferred<string | undefined>();
  #last: Promise<unknown>;
  #isStopped = false;

  /** `restore` receives the unconfirmed messages of earlier pages, before `add` stores the first message. */
  constructor(outbox: Outbox, restore: (message: OutboxMessage) => void) {
    this.#outbox = outbox;
    this.#last = this.#user.promise
      .then(async (user) => {
        if (user === undefined) return;
        for (const message of await outbox.open(user)) if (!this.#isStopped) restore(message);
      })
      .catch(() => undefined);
  }

  /** Messages are stored with their user only. `undefined`: it is not known, so nothing is stored. */
  setUser(username: string | undefined): void {
    this.#user.resolve(username);
  }

  /** Resolves when the message may be sent: it is stored, or cannot be stored. */
  add(id: string, content: string): Promise<void> {
    return this.#run(async () => {
      const user = await this.#user.promise;
      if (user === undefined) return;
      await this.#outbox.add({ id, user, content, createdAt: Date.now() });
    });
  }

  remove(id: string): void {
    void this.#run(() => this.#outbox.remove(id));
  }

  /** Stores nothing more: the user may have logged out. */
  stop(): void {
    this.#isStopped = true;
  }

  #run(action: () => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      if (!this.#isStopped) await action();
    });
    const settled = done.catch(() => undefined);
    this.#last = settled;
    return settled;
  }
}
