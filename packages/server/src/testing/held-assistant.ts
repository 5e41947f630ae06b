import type { Assistant, AssistantRequest } from '../domain/ports/index.js';
import { RequestList } from './request-list.js';

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
  const list = new RequestList();
  const open: ((reply: string | Error) => void)[] = [];
  const ready: (string | Error)[] = [];
  const respond = (reply: string | Error): void => {
    const question = open.shift();
    if (question === undefined) ready.push(reply);
    else question(reply);
  };
  return {
    contextMessages,
    requests: list.requests,
    receivedRequests: list.received,
    async reply(request) {
      list.add(request);
      const reply = ready.shift() ?? (await new Promise<string | Error>((done) => open.push(done)));
      if (reply instanceof Error) throw reply;
      return reply;
    },
    release: respond,
    fail: respond,
  };
}
