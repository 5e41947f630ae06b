import type { SocketDelta } from '../socket/events.js';
import type { ReplyInProgress } from './chat-view.js';

/** Puts the pieces of a reply together. A reply of which pieces are missing is shown as being thought of. */
export class ReplyBuilder {
  #reply: ReplyInProgress | undefined;
  #count = 0;
  /** The id of the reply in the works. */
  #id: string | undefined;
  #brokenId: string | undefined;

  get current(): ReplyInProgress | undefined {
    return this.#reply;
  }

  typing(): void {
    this.#reply ??= this.#blank();
  }

  add({ id, content }: SocketDelta): void {
    if (id !== undefined && id === this.#brokenId) {
      this.typing();
      return;
    }
    const before = id === this.#id ? this.#reply : undefined;
    const key = id ?? this.#reply?.key ?? this.#blank().key;
    this.#id = id;
    this.#reply = { key, content: (before?.content ?? '') + content };
  }

  /** The reply is there, or will not come. */
  end(): void {
    // Its last pieces may still come, and alone they would be no reply.
    if (this.#reply !== undefined) this.#brokenId = this.#id;
    this.#reply = undefined;
    this.#id = undefined;
  }

  #blank(): ReplyInProgress {
    this.#count += 1;
    return { key: `reply-${this.#count}`, content: '' };
  }
}
