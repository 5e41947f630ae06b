import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assistant, AssistantRequest } from '../chat/ports.js';
import { echoAssistant } from './echo-assistant.js';
import { scriptedAssistant } from './scripted-assistant.js';

const ask = (content: string): AssistantRequest => ({
  messages: [{ role: 'user', content }],
  userId: 'u1',
  signal: new AbortController().signal,
});

async function piecesOf(assistant: Assistant, content: string): Promise<string[]> {
  const answer = assistant.reply(ask(content));
  if (!(Symbol.asyncIterator in answer)) return [await answer];
  const pieces: string[] = [];
  for await (const piece of answer) pieces.push(piece);
  return pieces;
}

describe('the echo', () => {
  it('says what was said, in words', async () => {
    expect(await piecesOf(echoAssistant(), ' one  two\nthree ')).toEqual([
      ' one',
      '  two',
      '\nthree ',
    ]);
  });

  it('cuts a long text into a few pieces', async () => {
    const pieces = await piecesOf(echoAssistant(), 'a '.repeat(4_000));
    expect(pieces).toHaveLength(16);
  });

  it('loses nothing of any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect((await piecesOf(echoAssistant(), text)).join('')).toBe(text);
      }),
    );
  });
});

describe('a script', () => {
  it('is said line by line, and its last line again and again', async () => {
    const assistant = scriptedAssistant([
      'one',
      ['t', 'wo'],
      ({ messages }) => `three ${messages[0]?.content}`,
      () => Promise.resolve('four'),
    ]);
    const said = [];
    for (let i = 0; i < 5; i += 1) said.push(await piecesOf(assistant, 'x'));
    expect(said).toEqual([['one'], ['t', 'wo'], ['three x'], ['four'], ['four']]);
  });

  it('may fail', () => {
    const assistant = scriptedAssistant([new Error('overloaded')]);
    expect(() => assistant.reply(ask('x'))).toThrow('overloaded');
  });

  it('needs a line', () => {
    expect(() => scriptedAssistant([])).toThrow(RangeError);
  });
});
