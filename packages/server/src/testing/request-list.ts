import type { AssistantRequest } from '../domain/ports/index.js';

/** The requests of an assistant in a test. */
export class RequestList {
  readonly requests: AssistantRequest[] = [];
  #waiting: { times: number; resolve: () => void }[] = [];

  add(request: AssistantRequest): void {
    this.requests.push(request);
    for (const { times, resolve } of this.#waiting) if (this.requests.length >= times) resolve();
  }

  /** Resolves after this many requests in total. */
  readonly received = (times: number): Promise<void> =>
    new Promise((resolve) => {
      if (this.requests.length >= times) resolve();
      else this.#waiting.push({ times, resolve });
    });
}
