import { describe, expect, it } from 'vitest';
import { noon } from '../testing/test-chat.js';
import { askAssistant } from './ask-assistant.js';
import { createManualClock } from './manual-clock.js';
import type { Assistant, AssistantRequest } from './ports.js';

/** Asks an assistant that waits until the test answers for it. */
function ask(options: { signal?: AbortSignal } = {}) {
  const clock = createManualClock(noon);
  let request!: AssistantRequest;
  let answer: (text: string) => void = () => {};
  const assistant: Assistant = {
    reply(asked) {
      request = asked;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  };
  const pieces: string[] = [];
  const reply = askAssistant(assistant, clock, 1_000, {
    ...options,
    messages: [],
    userId: 'ada',
    onPiece: (piece) => pieces.push(piece),
  });
  reply.catch(() => {});
  return { clock, request, reply, pieces, answer: (text: string) => answer(text) };
}

describe('the signal of an assistant', () => {
  it('is one, whenever and however often it is asked for', () => {
    const { request } = ask();
    expect(request.signal).toBe(request.signal);
    expect(request.signal.aborted).toBe(false);
  });

  it('is aborted when the time is over, with the reason that the caller is given', async () => {
    const { clock, request, reply } = ask();
    const { signal } = request;
    clock.advance(1_000);
    expect(signal.aborted).toBe(true);
    await expect(reply).rejects.toThrow('longer than 1000 ms');
    await expect(reply).rejects.toBe(signal.reason);
  });

  it('that is asked for too late is aborted already', async () => {
    const { clock, request, reply } = ask();
    clock.advance(1_000);
    await expect(reply).rejects.toBe(request.signal.reason);
    expect(request.signal.aborted).toBe(true);
  });

  it.each(['before', 'while'])(
    'is aborted when the caller goes away %s it thinks',
    async (when) => {
      const caller = new AbortController();
      if (when === 'before') caller.abort();
      const { request, reply } = ask({ signal: caller.signal });
      caller.abort();
      expect(request.signal.aborted).toBe(true);
      await expect(reply).rejects.toThrow('went away');
    },
  );

  it('stays as it is once the reply is there', async () => {
    const { clock, request, reply, answer } = ask();
    answer('Hi!');
    expect(await reply).toBe('Hi!');
    clock.advance(10_000);
    expect(request.signal.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

it('a reply that comes after its time is not shown', async () => {
  const { clock, reply, pieces, answer } = ask();
  clock.advance(1_000);
  answer('too late');
  await expect(reply).rejects.toThrow('longer than 1000 ms');
  expect(pieces).toEqual([]);
});
