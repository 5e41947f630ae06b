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
  const patience = new Patience();
  const abandon = (): void => patience.end(new Error('The caller went away.'));
  const stopTimer = clock.after(timeoutMs, () =>
    patience.end(new Error(`The assistant took longer than ${timeoutMs} ms.`)),
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
    const answer = assistant.reply({
      messages,
      userId,
      get signal() {
        return patience.signal;
      },
    });
    if (isIterable(answer)) {
      await eachPiece(answer, patience, (piece) => take(text.add(piece)));
    } else {
      take(text.add(textOf(await patience.within(answer))));
    }
    take(text.end());
    if (reply.trim() === '') throw new Error('The assistant gave an empty reply.');
    return reply;
  } finally {
    stopTimer();
    question.signal?.removeEventListener('abort', abandon);
  }
}

/** How long an answer is waited for. Its signal is made for whoever asks for it: many assistants do not. */
class Patience {
  #giveUp: (reason: Error) => void = () => {};
  #reason: Error | undefined;
  #abort: AbortController | undefined;

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#reason !== undefined) this.#abort.abort(this.#reason);
    }
    return this.#abort.signal;
  }

  end(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#abort?.abort(reason);
    this.#giveUp(reason);
  }

  /** Rejects when patience ends before, whether the assistant heeds the signal or not. One step at a time. */
  within<T>(step: T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      if (this.#reason !== undefined) reject(this.#reason);
      Promise.resolve(step).then(resolve, reject);
    });
  }
}

async function eachPiece(
  pieces: AsyncIterable<string>,
  patience: Patience,
  take: (piece: string) => void,
): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  let finished = false;
  try {
    while (true) {
      const step = await patience.within(iterator.next());
      if (step.done === true) {
        finished = true;
        return;
      }
      take(textOf(step.value));
    }
  } finally {
    // Not awaited: a generator that hangs in its own work would never return.
    if (!finished) iterator.return?.()?.then(undefined, () => {});
  }
}

function isIterable(
  answer: AsyncIterable<string> | Promise<string>,
): answer is AsyncIterable<string> {
  // Not everybody has TypeScript, and one who forgets to return gives nothing at all.
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

function textOf(piece: unknown): string {
  if (typeof piece === 'string') return piece;
  const given = piece === null ? 'null' : typeof piece;
  throw new TypeError(`The assistant's reply must be text, or pieces of text, not ${given}.`);
}
