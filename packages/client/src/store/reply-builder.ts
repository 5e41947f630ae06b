import type { SocketDelta } from '../socket/status-events.js';
import type { ReplyInProgress } from './chat-view.js';

/** Builds a reply from its deltas. A reply without its first deltas stays empty. */
export class ReplyBuilder {
  #reply: ReplyInProgress | undefined;
  #count = 0;
  /** The id of the current reply. */
  #id: string | undefined;
  /** The last reply that ended or was interrupted. */
  #ended: ReplyInProgress | undefined;

  get current(): ReplyInProgress | undefined {
    return this.#reply;
  }

  typing(): void {
    this.#reply ??= this.#emptyReply();
  }

  add({ id, offset, content }: SocketDelta): void {
    const ended = this.#ended?.key === id ? this.#ended : undefined;
    if (ended && offset === undefined) {
      this.typing();
      return;
    }
    // With an offset, an interrupted reply continues where it was.
    const previous = (id === this.#id && this.#reply) || (offset ? ended : undefined);
    const { isStopping } = this.#reply ?? {};
    this.#reply = {
      key: id ?? this.#reply?.key ?? this.#emptyReply().key,
      content: (previous?.content ?? '') + content,
      ...(isStopping && { isStopping }),
    };
    this.#id = id;
  }

  /** The user has requested the stop. */
  stopping(): void {
    if (this.#reply) this.#reply = { ...this.#reply, isStopping: true };
  }

  /** The reply is stored, has failed, or was interrupted by a lost connection. */
  end(): void {
    // Its last deltas may still arrive; without offsets they would be a wrong reply.
    if (this.#id !== undefined) this.#ended = this.#reply;
    this.#reply = undefined;
    this.#id = undefined;
  }

  #emptyReply(): ReplyInProgress {
    this.#count += 1;
    return { key: `reply-${this.#count}`, content: '' };
  }
}
