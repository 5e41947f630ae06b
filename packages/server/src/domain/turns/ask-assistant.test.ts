import { describe, expect, it } from 'vitest';
import { noon } from '../../testing/test-chat.js';
import type { Assistant, AssistantRequest } from '../ports/index.js';
import type { MessageRecord } from '../ports/store.js';
import { RunningReply } from '../replies/running-reply.js';
import { createManualClock } from '../runtime/manual-clock.js';
import { askAssistant } from './ask-assistant.js';

const question: MessageRecord = {
  id: 'question',
  userId: 'ada',
  seq: 1,
  sessionId: 'session',
  sessionSeq: 1,
  role: 'user',
  content: 'Hello',
  timestamp: noon,
  delivered: false,
};

/** Calls an assistant that replies when the test does. */
function ask(options: { stopped?: boolean; maxLength?: number } = {}) {
  const clock = createManualClock(noon);
  let request!: AssistantRequest;
  let resolveReply: (text: string) => void = () => {};
  const assistant: Assistant = {
    reply(asked) {
      request = asked;
      return new Promise((resolve) => {
        resolveReply = resolve;
      });
    },
  };
  const chunks: string[] = [];
  const running = new RunningReply({ id: 'reply', question, key: undefined });
  running.onChange(() => chunks.push(running.text));
  if (options.stopped) running.stop();
  const limits = { timeoutMs: 1_000, maxLength: options.maxLength ?? 1_000 };
  const reply = askAssistant(assistant, clock, limits, {
    messages: [],
    userId: 'ada',
    reply: running,
  });
  reply.catch(() => {});
  return {
    clock,
    running,
    request,
    reply,
    chunks,
    resolveReply: (text: string) => resolveReply(text),
  };
}

describe('the signal of an assistant', () => {
  it('is the same one for every access', () => {
    const { request } = ask();
    expect(request.signal).toBe(request.signal);
    expect(request.signal.aborted).toBe(false);
  });

  it('is aborted after the timeout, with the same error as the caller', async () => {
    const { clock, request, reply } = ask();
    const { signal } = request;
    clock.advance(1_000);
    expect(signal.aborted).toBe(true);
    await expect(reply).rejects.toThrow('longer than 1000 ms');
    await expect(reply).rejects.toBe(signal.reason);
  });

  it('is already aborted when it is read after the timeout', async () => {
    const { clock, request, reply } = ask();
    clock.advance(1_000);
    await expect(reply).rejects.toBe(request.signal.reason);
    expect(request.signal.aborted).toBe(true);
  });

  it.each(['before', 'while'])(
    'is aborted when the reply is stopped %s the assistant works',
    async (when) => {
      const { running, request, reply } = ask({ stopped: when === 'before' });
      if (when === 'while') running.stop();
      expect(request.signal.aborted).toBe(true);
      expect(await reply).toEqual({ content: '', truncated: undefined, stopped: true });
    },
  );

  it('is aborted when the reply has the maximum length', async () => {
    const { request, reply, resolveReply } = ask({ maxLength: 4 });
    resolveReply('Well😀');
    expect(await reply).toEqual({ content: 'Well', truncated: 'length', stopped: false });
    expect(request.signal.aborted).toBe(true);
  });

  it('does not split a character at the maximum length', async () => {
    const { reply, resolveReply } = ask({ maxLength: 5 });
    resolveReply('Well😀');
    expect(await reply).toMatchObject({ content: 'Well', truncated: 'length' });
  });

  it('is not aborted after the reply', async () => {
    const { clock, request, reply, resolveReply } = ask();
    resolveReply('Hi!');
    expect(await reply).toEqual({ content: 'Hi!', truncated: undefined, stopped: false });
    clock.advance(10_000);
    expect(request.signal.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

it('ignores a reply after the timeout', async () => {
  const { clock, reply, chunks, resolveReply } = ask();
  clock.advance(1_000);
  resolveReply('too late');
  await expect(reply).rejects.toThrow('longer than 1000 ms');
  expect(chunks).toEqual([]);
});
