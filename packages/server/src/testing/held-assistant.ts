import type { Assistant, AssistantRequest } from '../domain/ports/index.js';

export interface HeldAssistant extends Assistant {
  /** The requests so far. */
  readonly requests: AssistantRequest[];
  /** Resolves after this many requests in total. */
  receivedRequests(times: number): Promise<void>;
  /** Replies to the oldest open request, or else to the next one. */
  release(reply: string): void;
  fail(error: Error): void;
}

/** An assistant that replies when the test releases it. */
export function heldAssistant(contextMessages = 50): HeldAssistant {
  const requests: AssistantRequest[] = [];
  const open: ((reply: string | Error) => void)[] = [];
  const ready: (string | Error)[] = [];
  const waiting: { times: number; resolve: () => void }[] = [];
  const respond = (reply: string | Error): void => {
    const question = open.shift();
    if (question === undefined) ready.push(reply);
    else question(reply);
  };
  return {
    contextMessages,
    requests,
    receivedRequests: (times) =>
      new Promise((resolve) => {
        if (requests.length >= times) resolve();
        else waiting.push({ times, resolve });
      }),
    async reply(request) {
      requests.push(request);
      for (const { times, resolve } of waiting) {
        if (requests.length >= times) resolve();
      }
      const reply = ready.shift() ?? (await new Promise<string | Error>((done) => open.push(done)));
      if (reply instanceof Error) throw reply;
      return reply;
    },
    release: respond,
    fail: respond,
  };
}
