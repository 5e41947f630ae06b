import { OutcomeUnknownError } from '../errors/outcome-unknown-error.js';
import { type Deferred, deferred } from './deferred.js';
import type { SocketMessage } from './events.js';
import type { Outgoing } from './queue.js';
import { sameMessage } from './same-message.js';

/** A chat that goes on around an unanswered question is remembered this far back. */
const MEMORY = 200;

interface Ask extends Deferred<SocketMessage> {
  readonly content: string;
  /** The question as it is stored, once that is known. */
  question?: SocketMessage;
  /** A line broke since it was asked: its answer may have come meanwhile. */
  throughBreak?: true;
}

/**
 * Questions and their answers. A backend answers one turn at a time, so the answer is the next message
 * of the assistant after the question; each answers one question, the oldest first. The question may
 * be shown before its acknowledgement comes (out of history, after a reconnect), so what is shown
 * while a question is open is remembered.
 */
export class Asks {
  readonly #open = new Map<string, Ask>();
  #shown: SocketMessage[] = [];

  add({ id, content, promise }: Outgoing): Promise<SocketMessage> {
    const ask: Ask = { content, ...deferred<SocketMessage>() };
    this.#open.set(id, ask);
    promise.then(
      (question) => {
        ask.question = question;
        this.#answer();
      },
      (error) => this.drop(id, error),
    );
    return ask.promise;
  }

  shown(message: SocketMessage): void {
    if (this.#open.size === 0) return;
    this.#shown.push(message);
    if (this.#shown.length > MEMORY) this.#shown.shift();
    if (message.role === 'assistant') this.#answer();
  }

  drop(id: string, error: Error): void {
    this.#close(id)?.reject(error);
  }

  lineBroke(): void {
    for (const ask of this.#open.values()) ask.throughBreak = true;
  }

  /** Messages between two lines were missed, and maybe the answers to what was asked before. */
  missed(): void {
    this.#giveUp(({ throughBreak }) => throughBreak === true);
  }

  /** Nothing comes any more. */
  close(cause: Error): void {
    this.#giveUp(() => true, cause);
  }

  #giveUp(isMeant: (ask: Ask) => boolean, cause?: Error): void {
    for (const [id, ask] of this.#open) {
      const why = 'the message is stored, but its answer may have been missed.';
      if (ask.question !== undefined && isMeant(ask)) {
        this.drop(id, new OutcomeUnknownError(ask.content, why, { cause }));
      }
    }
  }

  #answer(): void {
    for (const [id, { question }] of this.#open) {
      if (question === undefined) continue;
      const asked = this.#shown.findIndex((message) => sameMessage(message, question));
      const answer = this.#shown.findIndex(
        ({ role }, index) => asked !== -1 && index > asked && role === 'assistant',
      );
      if (answer === -1) continue;
      const [reply] = this.#shown.splice(answer, 1);
      this.#close(id)?.resolve(reply!);
    }
  }

  #close(id: string): Ask | undefined {
    const ask = this.#open.get(id);
    this.#open.delete(id);
    if (this.#open.size === 0) this.#shown = [];
    return ask;
  }
}
