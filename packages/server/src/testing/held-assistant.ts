import type { Assistant, AssistantRequest } from '../chat/ports.js';

export interface HeldAssistant extends Assistant {
  /** What was asked so far. */
  readonly asked: AssistantRequest[];
  /** Resolves when this many questions were asked in all. */
  wasAsked(times: number): Promise<void>;
  /** Answers the oldest question that is still open, or else the next one. */
  release(reply: string): void;
  fail(error: Error): void;
}

/** An assistant that thinks until the test lets it speak. */
export function heldAssistant(contextMessages = 50): HeldAssistant {
  const asked: AssistantRequest[] = [];
  const open: ((reply: string | Error) => void)[] = [];
  const ready: (string | Error)[] = [];
  const waiting: { times: number; resolve: () => void }[] = [];
  const say = (reply: string | Error): void => {
    const question = open.shift();
    if (question === undefined) ready.push(reply);
    else question(reply);
  };
  return {
    contextMessages,
    asked,
    wasAsked: (times) =>
      new Promise((resolve) => {
        if (asked.length >= times) resolve();
        else waiting.push({ times, resolve });
      }),
    async reply(request) {
      asked.push(request);
      for (const { times, resolve } of waiting) {
        if (asked.length >= times) resolve();
      }
      const reply = ready.shift() ?? (await new Promise<string | Error>((done) => open.push(done)));
      if (reply instanceof Error) throw reply;
      return reply;
    },
    release: say,
    fail: say,
  };
}
