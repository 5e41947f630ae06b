import type { Assistant, AssistantRequest } from '../domain/ports/index.js';
import { RequestList } from './request-list.js';

export interface ChunkAssistant extends Assistant {
  readonly requests: AssistantRequest[];
  /** Sends a chunk of the newest reply. Resolves when the server has processed it. */
  send(chunk: string): Promise<void>;
  /** Ends the newest reply. */
  end(): void;
  /** Resolves after this many requests in total. */
  receivedRequests(times: number): Promise<void>;
}

/** An assistant that sends the chunks of its replies when the test does. It ignores its signal. */
export function chunkAssistant(): ChunkAssistant {
  const list = new RequestList();
  let queue: (string | undefined)[] = [];
  let wake = (): void => {};
  const push = (chunk: string | undefined): void => {
    queue.push(chunk);
    wake();
  };
  return {
    requests: list.requests,
    receivedRequests: list.received,
    async *reply(request) {
      const chunks: (string | undefined)[] = [];
      queue = chunks;
      list.add(request);
      while (true) {
        while (chunks.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const chunk = chunks.shift();
        if (chunk === undefined) return;
        yield chunk;
      }
    },
    async send(chunk) {
      push(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    },
    end: () => push(undefined),
  };
}
