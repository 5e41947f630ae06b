import type { UIMessageChunk } from 'ai';
import type { ChatReply, ReplyDelta } from '../types/models.js';

/** A reply with its deltas, such as a `ReplyStream`. */
export interface StreamedReply extends AsyncIterable<ReplyDelta> {
  readonly reply: Promise<ChatReply>;
}

/** The reply as chunks of the AI SDK. Ends with the error of the reply, or with an `AbortError` of `signal`. */
export function toUIChunks(
  stream: StreamedReply,
  signal?: AbortSignal,
): ReadableStream<UIMessageChunk> {
  let isOpen = true;
  return new ReadableStream<UIMessageChunk>({
    async start(controller) {
      const fail = (error: unknown) => {
        if (isOpen) controller.error(error);
        isOpen = false;
      };
      const abort = () => fail(new DOMException('The reply was aborted.', 'AbortError'));
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      const send = (chunk: UIMessageChunk) => {
        if (isOpen) controller.enqueue(chunk);
      };
      try {
        let id: string | undefined;
        for await (const delta of stream) {
          // After a retry, another reply follows the beginning of the first one.
          if (id === undefined || (delta.id ?? id) !== id) {
            if (id !== undefined) send({ type: 'text-end', id });
            // Without streaming, the id is in the response.
            const messageId = delta.id ?? (await stream.reply).messages.at(-1)?.id;
            id = messageId ?? 'text';
            send({ type: 'start', ...(messageId !== undefined && { messageId }) });
            send({ type: 'text-start', id });
          }
          send({ type: 'text-delta', id, delta: delta.content });
        }
        if (id !== undefined) send({ type: 'text-end', id });
        send({ type: 'finish' });
        if (isOpen) controller.close();
        isOpen = false;
      } catch (error) {
        fail(error);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    cancel() {
      isOpen = false;
    },
  });
}
