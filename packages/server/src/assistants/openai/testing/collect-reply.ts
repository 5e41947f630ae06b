import type { AssistantMessage, Clock, ReplyEnd } from '../../../domain/ports/index.js';
import { createManualClock, type ManualClock } from '../../../domain/runtime/manual-clock.js';
import { createAssistant } from '../openai-assistant.js';
import type { OpenAiAssistantOptions } from '../options.js';

/** A manual clock that records every timer. */
export interface WaitingClock extends Clock {
  readonly manual: ManualClock;
  /** The delay of every timer, in milliseconds. */
  readonly waits: number[];
}

export function createWaitingClock(): WaitingClock {
  const manual = createManualClock();
  const waits: number[] = [];
  return {
    manual,
    waits,
    now: () => manual.now(),
    after(ms, task) {
      waits.push(ms);
      return manual.after(ms, task);
    },
  };
}

/** The chunks of a reply to one message. */
export async function collectReply(
  options: OpenAiAssistantOptions,
  { clock = createManualClock() as Clock, signal = new AbortController().signal } = {},
): Promise<string[]> {
  const assistant = createAssistant(options, clock);
  const chunks: string[] = [];
  const request = {
    messages: [{ role: 'user', content: 'Hello?' } as const],
    userId: 'u1',
    signal,
  };
  for await (const chunk of assistant.reply(request) as AsyncIterable<string>) chunks.push(chunk);
  return chunks;
}

/** The text of a reply and what its generator returns. */
export async function readReply(
  options: OpenAiAssistantOptions,
  messages: readonly AssistantMessage[] = [{ role: 'user', content: 'Hello?' }],
): Promise<{ text: string; end: ReplyEnd | undefined }> {
  const { signal } = new AbortController();
  const reply = createAssistant(options, createManualClock()).reply({
    messages,
    userId: 'u1',
    signal,
  }) as AsyncGenerator<string, ReplyEnd | undefined>;
  let text = '';
  while (true) {
    const step = await reply.next();
    if (step.done === true) return { text, end: step.value };
    text += step.value;
  }
}
