import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import type { Assistant } from '../../../domain/ports/index.js';
import { tracedAssistant, tracedTurns } from './tracing.js';

const unsubscribers: (() => void)[] = [];
afterEach(() => {
  for (const unsubscribe of unsubscribers.splice(0)) unsubscribe();
});

/** The events of a channel, by name. */
function record(name: string): string[] {
  const events: string[] = [];
  const add = (event: string) => (message: { userId: string }) =>
    void events.push(`${event} ${message.userId}`);
  const subscribers = {
    start: add('start'),
    end: () => {},
    asyncStart: () => {},
    asyncEnd: add('end'),
    error: add('error'),
  };
  const channel = tracingChannel<unknown, { userId: string }>(name);
  channel.subscribe(subscribers);
  unsubscribers.push(() => channel.unsubscribe(subscribers));
  return events;
}

describe('a traced turn', () => {
  it('that waits for another one runs in the context of its own caller', async () => {
    const events = record('chat.turn');
    const storage = new AsyncLocalStorage<string>();
    const starts: (() => void)[] = [];
    // The end of a turn starts the next one, in the context of the first.
    const startNext = (): void => {
      starts.shift();
      starts[0]?.();
    };
    const turns = tracedTurns({
      run: (_userId, work) =>
        new Promise((resolve) => {
          starts.push(() => resolve(work().finally(startNext)));
          if (starts.length === 1) starts[0]?.();
        }),
    });
    const seen: unknown[] = [];
    const run = (caller: string) =>
      storage.run(caller, () =>
        turns.run('ada', async () => {
          await Promise.resolve();
          seen.push(storage.getStore());
        }),
      );
    await Promise.all([run('one'), run('two')]);
    expect(seen).toEqual(['one', 'two']);
    expect(events).toEqual(['start ada', 'end ada', 'start ada', 'end ada']);
  });
});

describe('a traced reply', () => {
  const request = { messages: [], userId: 'ada', signal: new AbortController().signal };
  async function* chunks() {
    yield 'a';
    yield 'b';
  }
  const iterate = async (assistant: Assistant, count = 9) => {
    const reply = tracedAssistant(assistant).reply(request);
    const texts: string[] = [];
    for await (const text of reply as AsyncIterable<string>) {
      texts.push(text);
      if (texts.length === count) break;
    }
    return texts;
  };

  it('ends with its last chunk, or when it is no longer read', async () => {
    const events = record('chat.assistant');
    expect(await iterate({ reply: chunks })).toEqual(['a', 'b']);
    expect(await iterate({ reply: chunks }, 1)).toEqual(['a']);
    expect(events).toEqual(['start ada', 'end ada', 'start ada', 'end ada']);
  });

  it('ends with the text of a promise', async () => {
    const events = record('chat.assistant');
    expect(await tracedAssistant({ reply: async () => 'text' }).reply(request)).toBe('text');
    expect(events).toEqual(['start ada', 'end ada']);
  });

  it.each<[what: string, reply: Assistant['reply']]>([
    [
      'a chunk',
      () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('no')) }) }),
    ],
    ['a promise', () => Promise.reject(new Error('no'))],
    [
      'the call',
      () => {
        throw new Error('no');
      },
    ],
  ])('reports an error of %s', async (_what, reply) => {
    const events = record('chat.assistant');
    const attempt = async () => {
      const result = tracedAssistant({ reply }).reply(request);
      return 'then' in result ? result : iterate({ reply: () => result });
    };
    await expect(attempt()).rejects.toThrow('no');
    expect(events).toContain('error ada');
  });

  it('has the number of context messages that the assistant has at the moment', () => {
    let contextMessages = 1;
    const traced = tracedAssistant({
      reply: chunks,
      get contextMessages() {
        return contextMessages;
      },
    });
    contextMessages = 7;
    expect(traced.contextMessages).toBe(7);
  });
});
