import type { Assistant, AssistantRequest } from '@chat/server';

/** An assistant whose replies consist of the chunks that the test provides. */
export class PacedAssistant implements Assistant {
  readonly requests: AssistantRequest[] = [];
  #chunks: string[] = [];
  #ended = false;
  #changed = () => {};

  /** Continues the current reply, or starts the next one. */
  push(...chunks: string[]): void {
    this.#chunks.push(...chunks);
    this.#changed();
  }

  /** Ends the current reply after its last chunk. */
  end(): void {
    this.#ended = true;
    this.#changed();
  }

  async *reply(request: AssistantRequest): AsyncGenerator<string> {
    this.requests.push(request);
    const aborted = new Promise<void>((resolve) => {
      request.signal.addEventListener('abort', () => resolve());
    });
    while (!request.signal.aborted) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#ended) {
        this.#ended = false;
        return;
      } else {
        const changed = new Promise<void>((resolve) => {
          this.#changed = resolve;
        });
        await Promise.race([changed, aborted]);
      }
    }
  }
}
