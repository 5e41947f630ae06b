import type { Assistant, AssistantMessage, Clock } from './ports.js';
import { createReplyText } from './reply-text.js';

export interface Question {
  readonly messages: readonly AssistantMessage[];
  readonly userId: string;
  /** Aborted when the answer is of no more use. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each piece of the reply as it comes; joined, they are the reply. */
  onPiece(piece: string): void;
}

/**
 * The assistant's whole reply.
 * @throws whatever the assistant throws, and when it says nothing or takes longer than `timeoutMs`.
 */
export async function askAssistant(
  assistant: Assistant,
  clock: Clock,
  timeoutMs: number,
  question: Question,
): Promise<string> {
  const { messages, userId, onPiece } = question;
  const controller = new AbortController();
  const { signal } = controller;
  const abandon = (): void => controller.abort(new Error('The caller went away.'));
  const stopTimer = clock.after(timeoutMs, () =>
    controller.abort(new Error(`The assistant took longer than ${timeoutMs} ms.`)),
  );
  question.signal?.addEventListener('abort', abandon);
  if (question.signal?.aborted === true) abandon();
  try {
    const text = createReplyText();
    let reply = '';
    const take = (piece: string): void => {
      if (piece === '') return;
      reply += piece;
      onPiece(piece);
    };
    for await (const piece of piecesOf(assistant.reply({ messages, userId, signal }), signal)) {
      take(text.add(piece));
    }
    take(text.end());
    if (reply.trim() === '') throw new Error('The assistant gave an empty reply.');
    return reply;
  } finally {
    stopTimer();
    question.signal?.removeEventListener('abort', abandon);
  }
}

/** The pieces as they come; ends with the signal, whether the assistant heeds it or not. */
async function* piecesOf(
  answer: AsyncIterable<string> | Promise<string>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(signal.reason);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
  aborted.catch(() => {});
  if (!(Symbol.asyncIterator in answer)) {
    yield textOf(await Promise.race([answer, aborted]));
    return;
  }
  const iterator = answer[Symbol.asyncIterator]();
  let finished = false;
  try {
    while (true) {
      const step = await Promise.race([iterator.next(), aborted]);
      if (step.done === true) {
        finished = true;
        return;
      }
      yield textOf(step.value);
    }
  } finally {
    // Not awaited: a generator that hangs in its own work would never return.
    if (!finished) iterator.return?.()?.then(undefined, () => {});
  }
}

function textOf(piece: unknown): string {
  if (typeof piece !== 'string')
    throw new TypeError('The assistant gave something else than text.');
  return piece;
}
