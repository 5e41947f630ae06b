import { createManualClock, type ManualClock } from '../../../chat/manual-clock.js';
import type { Clock } from '../../../chat/ports.js';
import { createAssistant } from '../create-assistant.js';
import type { OpenAiAssistantOptions } from '../options.js';

/** Whose waits are written down, and over as soon as the test says so. */
export interface WaitingClock extends Clock {
  readonly manual: ManualClock;
  /** Every wait that was asked for, in milliseconds. */
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

/** The pieces of a reply to one question. */
export async function piecesOf(
  options: OpenAiAssistantOptions,
  { clock = createManualClock() as Clock, signal = new AbortController().signal } = {},
): Promise<string[]> {
  const assistant = createAssistant(options, clock);
  const pieces: string[] = [];
  const request = {
    messages: [{ role: 'user', content: 'Hello?' } as const],
    userId: 'u1',
    signal,
  };
  for await (const piece of assistant.reply(request) as AsyncIterable<string>) pieces.push(piece);
  return pieces;
}

/** Why there was no reply. */
export async function failureOf(...asked: Parameters<typeof piecesOf>): Promise<Error> {
  return piecesOf(...asked).then(
    (pieces) => {
      throw new Error(`There was a reply: ${pieces.join('').slice(0, 100)}`);
    },
    (error: Error) => error,
  );
}
