import type { Assistant, AssistantMessage, Clock, ReplyEnd } from '../ports/index.js';
import type { RunningReply } from '../replies/running-reply.js';
import { createReplyText, cutText } from './reply-text.js';

export interface AssistantCall {
  readonly messages: readonly AssistantMessage[];
  readonly userId: string;
  /** Receives the text, and requests the stop. */
  readonly reply: Pick<RunningReply, 'text' | 'append' | 'onStop'>;
}

interface ReplyLimits {
  readonly timeoutMs: number;
  /** In UTF-16 code units; a longer reply is cut off. */
  readonly maxLength: number;
}

export interface GeneratedReply {
  readonly content: string;
  /** Why it was cut off; `undefined` when it is complete. */
  readonly truncated: ReplyEnd['truncated'];
  /** What the assistant calls that. */
  readonly reason?: string | undefined;
  /** Whether it was stopped; `content` is the text up to then, which may be empty. */
  readonly stopped: boolean;
}

// Created once: the stack trace of an error costs more than the rest of a short reply.
const stopped = new Error('The reply was stopped.');
const tooLong = new Error('The reply has the maximum length.');

/**
 * Returns the assistant's whole reply, or the text so far when it is stopped.
 * @throws the assistant's error, and an error for an empty reply or after `timeoutMs`.
 */
export async function askAssistant(
  assistant: Assistant,
  clock: Clock,
  { timeoutMs, maxLength }: ReplyLimits,
  { messages, userId, reply }: AssistantCall,
): Promise<GeneratedReply> {
  const deadline = new ReplyDeadline();
  const stopTimer = clock.after(timeoutMs, () =>
    deadline.expire(new Error(`The assistant took longer than ${timeoutMs} ms.`)),
  );
  reply.onStop(() => deadline.expire(stopped));
  try {
    const text = createReplyText();
    let end: ReplyEnd = {};
    const append = (chunk: string): void => {
      const room = maxLength - reply.text.length;
      const fitting = chunk.length <= room ? chunk : cutText(chunk, room);
      if (fitting !== '') reply.append(fitting);
      if (fitting.length < chunk.length) throw tooLong;
    };
    const result = assistant.reply({
      messages,
      userId,
      get signal() {
        return deadline.signal;
      },
    });
    if (isAsyncIterable(result)) {
      end = await forEachChunk(result, deadline, (chunk) => append(text.add(chunk)));
    } else {
      append(text.add(assertText(await deadline.race(result))));
    }
    append(text.end());
    if (reply.text.trim() === '') throw new Error('The assistant gave an empty reply.');
    const { truncated, reason } = end;
    return { content: reply.text, truncated, reason, stopped: false };
  } catch (error) {
    const content = reply.text;
    if (error === stopped) return { content, truncated: undefined, stopped: true };
    if (error !== tooLong || content.trim() === '') throw error;
    deadline.expire(tooLong);
    return { content, truncated: 'length', stopped: false };
  } finally {
    stopTimer();
    reply.onStop(() => {});
  }
}

/** The timeout of a reply. Its signal is created on first use: many assistants do not use it. */
class ReplyDeadline {
  #reject: (reason: Error) => void = () => {};
  #reason: Error | undefined;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  expire(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  /** Rejects when the deadline ends first, even if the assistant ignores the signal. */
  race<T>(work: T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#reason !== undefined) reject(this.#reason);
      Promise.resolve(work).then(resolve, reject);
    });
  }
}

async function forEachChunk(
  chunks: AsyncIterable<string>,
  deadline: ReplyDeadline,
  append: (chunk: string) => void,
): Promise<ReplyEnd> {
  const iterator = chunks[Symbol.asyncIterator]();
  let isReading = true;
  const readAll = async (): Promise<ReplyEnd> => {
    while (true) {
      const step = await iterator.next();
      // After the deadline, nobody waits for the text.
      if (!isReading) return {};
      if (step.done === true) {
        isReading = false;
        return readEnd(step.value);
      }
      append(assertText(step.value));
    }
  };
  try {
    return await deadline.race(readAll());
  } finally {
    // Not awaited: `return` of a generator that hangs would never resolve.
    if (isReading) iterator.return?.()?.then(undefined, () => {});
    isReading = false;
  }
}

/** In JavaScript a generator may return anything. */
function readEnd(end: unknown): ReplyEnd {
  const { truncated, reason } = (end ?? {}) as ReplyEnd;
  if (truncated !== 'length' && truncated !== 'content_filter') return {};
  return { truncated, ...(typeof reason === 'string' && { reason }) };
}

export function isAsyncIterable(
  result: ReturnType<Assistant['reply']>,
): result is Extract<ReturnType<Assistant['reply']>, AsyncIterable<string>> {
  // In JavaScript an assistant may return anything, also `undefined`.
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

function assertText(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk;
  const received = chunk === null ? 'null' : typeof chunk;
  throw new TypeError(`The assistant's reply must be text, or chunks of text, not ${received}.`);
}
