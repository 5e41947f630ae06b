import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assistant, AssistantRequest } from '../domain/ports/index.js';
import { echoAssistant } from './echo-assistant.js';
import { scriptedAssistant } from './scripted-assistant.js';

const ask = (content: string): AssistantRequest => ({
  messages: [{ role: 'user', content }],
  userId: 'u1',
  signal: new AbortController().signal,
});

async function collectChunks(assistant: Assistant, content: string): Promise<string[]> {
  const reply = assistant.reply(ask(content));
  if (!(Symbol.asyncIterator in reply)) return [await reply];
  const chunks: string[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return chunks;
}

describe('the echo', () => {
  it('repeats the message in one chunk per word', async () => {
    expect(await collectChunks(echoAssistant(), ' one  two\nthree ')).toEqual([
      ' one',
      '  two',
      '\nthree ',
    ]);
  });

  it('splits a long text into a few chunks', async () => {
    const chunks = await collectChunks(echoAssistant(), 'a '.repeat(4_000));
    expect(chunks).toHaveLength(16);
  });

  it('returns any text completely', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect((await collectChunks(echoAssistant(), text)).join('')).toBe(text);
      }),
    );
  });
});

describe('a script', () => {
  it('returns its replies in order, then repeats the last one', async () => {
    const assistant = scriptedAssistant([
      'one',
      ['t', 'wo'],
      ({ messages }) => `three ${messages[0]?.content}`,
      () => Promise.resolve('four'),
    ]);
    const replies = [];
    for (let i = 0; i < 5; i += 1) replies.push(await collectChunks(assistant, 'x'));
    expect(replies).toEqual([['one'], ['t', 'wo'], ['three x'], ['four'], ['four']]);
  });

  it('can fail', () => {
    const assistant = scriptedAssistant([new Error('overloaded')]);
    expect(() => assistant.reply(ask('x'))).toThrow('overloaded');
  });

  it('needs at least one reply', () => {
    expect(() => scriptedAssistant([])).toThrow(RangeError);
  });
});
