import type { Assistant } from '../../packages/server/src/domain/ports/index.js';

const wordsPerReply = 6;

interface Call {
  readonly output: string;
  readonly words: string[];
  sent: string;
  wake: () => void;
}

/** A model that sends a word of each reply in progress when the test says so. The output of each call is different. */
export class SteppedModel implements Assistant {
  /** The whole output of each call so far. */
  readonly outputs: string[] = [];
  readonly #running = new Set<Call>();

  /** What the only reply in progress has sent so far; `undefined` without one. */
  get textSoFar(): string | undefined {
    const [call] = this.#running;
    return this.#running.size === 1 ? call?.sent : undefined;
  }

  /** Sends one word of each reply in progress; after the last word the reply is complete. */
  step(): void {
    for (const call of this.#running) call.wake();
  }

  async *reply({ signal }: { signal: AbortSignal }): AsyncGenerator<string> {
    const number = this.outputs.length;
    const words = Array.from(
      { length: wordsPerReply },
      (_, at) => `reply-${number}-word-${at} 😀 `,
    );
    const call: Call = { output: words.join(''), words, sent: '', wake: () => {} };
    this.outputs.push(call.output);
    this.#running.add(call);
    try {
      for (const word of words) {
        await new Promise<void>((resolve) => {
          call.wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        if (signal.aborted) return;
        call.sent += word;
        yield word;
      }
    } finally {
      this.#running.delete(call);
    }
  }
}
