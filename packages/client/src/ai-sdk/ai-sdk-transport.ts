import type { ChatTransport, UIMessage } from 'ai';
import type { WebStorageLike } from '../auth/token-stores.js';
import type { ReplyStream } from '../reply-stream.js';
import type { RestClient } from '../rest-client.js';
import { PendingReplies } from './pending-replies.js';
import { type StreamedReply, toUIChunks } from './ui-chunks.js';

/**
 * Options of {@link aiSdkTransport}.
 *
 * @example
 * ```ts
 * import { type AiSdkTransportOptions, aiSdkTransport } from '@chat/client/ai-sdk';
 *
 * // Another tab can continue the reply too.
 * const options: AiSdkTransportOptions = { storage: localStorage };
 * const transport = aiSdkTransport(client, options);
 * ```
 */
export interface AiSdkTransportOptions {
  /**
   * Stores which reply is in progress, with the text of its message, until the reply is complete: with it, the page
   * receives the reply after a reload (`resume: true`).
   * @default sessionStorage where it exists, else none
   */
  storage?: WebStorageLike | undefined;
}

/** A message that this transport has sent. */
interface SentMessage {
  readonly text: string;
  readonly key: string | undefined;
  /** The backend's id of it, once it is known. */
  questionId?: string | undefined;
}

/**
 * A transport for the AI SDK's `useChat`, and so for AI Elements and assistant-ui. The backend has the conversation: only
 * the text of the last message is sent.
 *
 * - Replies are streamed where the backend can do it; the ids of the replies are those of the backend.
 * - `stop()` stops the reply at the backend too.
 * - `regenerate()` requests another reply to the same message (extension `regenerate`). A message that failed is sent
 *   again with its idempotency key, so that it is stored once.
 * - `resume: true` receives a reply that was in progress when the page was reloaded, on a backend with the extension
 *   `idempotency`.
 *
 * The errors of `useChat` are those of `client.chat.stream`. A message with files is rejected with a `TypeError`.
 *
 * @param client the client whose user chats
 * @param options where the transport remembers replies in progress
 * @example
 * ```tsx
 * import { useChat } from '@ai-sdk/react';
 * import { aiSdkTransport } from '@chat/client/ai-sdk';
 *
 * const transport = aiSdkTransport(client);
 *
 * function Chat() {
 *   const { messages, sendMessage, status, stop } = useChat({ id: 'main', transport, resume: true });
 *   return (
 *     <>
 *       {messages.map(({ id, role, parts }) => (
 *         <p key={id} className={role}>{parts.map((part) => (part.type === 'text' ? part.text : ''))}</p>
 *       ))}
 *       <button type="button" onClick={() => void sendMessage({ text: 'Hello' })}>Say hello</button>
 *       {status === 'streaming' && <button type="button" onClick={() => void stop()}>Stop</button>}
 *     </>
 *   );
 * }
 * ```
 */
export function aiSdkTransport<UIMessageType extends UIMessage = UIMessage>(
  client: Pick<RestClient, 'chat' | 'user' | 'login' | 'onAuthChange'>,
  { storage = defaultStorage() }: AiSdkTransportOptions = {},
): ChatTransport<UIMessageType> {
  const { chat } = client;
  const pending = new PendingReplies(client, storage);
  /** By id of the AI SDK's message. */
  const sent = new Map<string, SentMessage>();
  /** The stream of each chat's reply in progress. */
  const streams = new Map<string, ReplyStream>();
  const resumeCounts = new Map<string, number>();
  client.onAuthChange(({ reason }) => {
    if (reason !== 'logout') return;
    for (const chatId of streams.keys()) pending.remove(chatId);
  });

  function stream(
    chatId: string,
    message: SentMessage,
    signal: AbortSignal | undefined,
  ): ReplyStream {
    const { text, key } = message;
    const created = chat.stream(text, { idempotencyKey: key, signal });
    const { idempotencyKey } = created;
    streams.set(chatId, created);
    if (idempotencyKey !== undefined) pending.set(chatId, idempotencyKey, text);
    const done = () => {
      if (streams.get(chatId) === created) streams.delete(chatId);
      pending.remove(chatId, idempotencyKey);
    };
    created.reply.then(done, done);
    return created;
  }

  return {
    async sendMessages({ trigger, chatId, messageId, messages, abortSignal }) {
      const question = messages.filter(({ role }) => role === 'user').at(-1);
      if (question === undefined) throw new TypeError('There is no message of the user to send.');
      const known = trigger === 'regenerate-message' ? sent.get(question.id) : undefined;
      if (trigger === 'regenerate-message' && (known === undefined || known.questionId)) {
        const target =
          messageId === undefined ? undefined : (sent.get(messageId)?.questionId ?? messageId);
        return toUIChunks(regenerated(known?.questionId ?? target ?? question.id, abortSignal));
      }
      const text = known?.text ?? textOf(question);
      const created = stream(chatId, known ?? { text, key: undefined }, abortSignal);
      const message: SentMessage = { text, key: created.idempotencyKey };
      sent.set(question.id, message);
      void created.reply.then(
        ({ messages: all }) => {
          message.questionId = all.filter(({ role }) => role === 'user').at(-1)?.id;
        },
        () => {},
      );
      return toUIChunks(created);
    },

    async reconnectToStream({
      chatId,
      abortSignal,
    }: {
      chatId: string;
      abortSignal?: AbortSignal;
    }) {
      const count = (resumeCounts.get(chatId) ?? 0) + 1;
      resumeCounts.set(chatId, count);
      let running: StreamedReply | undefined = streams.get(chatId);
      if (running === undefined) {
        if (!storage) return null;
        // The user is known once there is a token.
        await client.login();
        const found = pending.get(chatId);
        if (found === undefined) {
          pending.remove(chatId);
          return null;
        }
        running = streams.get(chatId) ?? stream(chatId, found, undefined);
      }
      abortSignal?.addEventListener('abort', () => {
        // Another resumption aborts this one first, and must not stop the reply.
        setTimeout(() => {
          if (resumeCounts.get(chatId) === count) chat.stop().catch(() => {});
        });
      });
      return toUIChunks(running, abortSignal);
    },
  };

  /** Another reply, which arrives at once. */
  function regenerated(id: string, signal: AbortSignal | undefined): StreamedReply {
    const reply = chat.regenerate(id, { signal });
    reply.catch(() => {
      if (signal?.aborted) chat.stop(id).catch(() => {});
    });
    return {
      reply,
      async *[Symbol.asyncIterator]() {
        yield { offset: 0, content: (await reply).response };
      },
    };
  }
}

function textOf({ parts }: UIMessage): string {
  const texts = parts.map((part) => {
    if (part.type === 'file') throw new TypeError('A message can contain only text, and no files.');
    return part.type === 'text' ? part.text : '';
  });
  return texts.join('');
}

function defaultStorage(): WebStorageLike | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
