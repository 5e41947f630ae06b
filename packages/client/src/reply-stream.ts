import { deferred } from './lib/deferred.js';
import { newPart } from './lib/new-part.js';
import type { ChatReply, ReplyDelta } from './types/models.js';

/**
 * A reply that is being generated, from `chat.stream`. Iterate over it for its deltas, await `reply` for the result, or
 * do both. The deltas joined together are the reply.
 *
 * When the backend fails in the middle of a reply, the message may be sent again and get another reply. Its deltas have
 * another `id` and start with `offset` 0: discard the text before.
 *
 * Leaving the iteration early does not stop the reply: `reply` still resolves. Each iteration starts with the first
 * delta.
 *
 * @example
 * ```ts
 * import type { ReplyStream } from '@chat/client';
 *
 * async function print(stream: ReplyStream): Promise<void> {
 *   for await (const { content } of stream) process.stdout.write(content);
 * }
 * await print(client.chat.stream('Tell me everything.'));
 * ```
 */
export class ReplyStream implements AsyncIterable<ReplyDelta> {
  /** The response, as from `chat.send`. A rejection that is not handled does not end the process. */
  readonly reply: Promise<ChatReply>;
  /**
   * The idempotency key of the message, if the backend has the extension. After a reload of the page, `chat.stream` with
   * the same message and this key receives the same reply, from its beginning.
   */
  readonly idempotencyKey: string | undefined;
  readonly #deltas: ReplyDelta[] = [];
  #text = '';
  #id: string | undefined;
  #isDone = false;
  #changed = deferred<void>();

  /** @internal Use `client.chat.stream()`. */
  constructor(
    start: (onDelta: (delta: ReplyDelta) => void) => Promise<ChatReply>,
    idempotencyKey: string | undefined,
  ) {
    this.idempotencyKey = idempotencyKey;
    this.reply = start(this.#add);
    const done = () => {
      this.#isDone = true;
      this.#changed.resolve();
    };
    this.reply.then(({ response }) => {
      // Everything, if the backend did not stream.
      if (response.startsWith(this.#text)) this.#add({ offset: 0, content: response });
      done();
    }, done);
  }

  /**
   * Iterates over the deltas, from the first one.
   *
   * @throws the error of `reply`, after the deltas that were received
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReplyDelta, void, undefined> {
    for (let index = 0; ; ) {
      const delta = this.#deltas[index];
      if (delta) {
        index += 1;
        yield delta;
      } else if (this.#isDone) {
        await this.reply;
        return;
      } else await this.#changed.promise;
    }
  }

  readonly #add = ({ id, offset, content }: ReplyDelta): void => {
    if (id && id !== this.#id) {
      this.#id = id;
      this.#text = '';
    }
    const part = newPart(this.#text.length, offset, content);
    if (!part) return;
    this.#deltas.push({ ...(id && { id }), offset: this.#text.length, content: part });
    this.#text += part;
    this.#changed.resolve();
    this.#changed = deferred();
  };
}
