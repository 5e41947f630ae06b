import { describe, expect, test } from 'vitest';
import type { AssistantMessage } from '../../domain/ports/index.js';
import { toPrompt } from './prompt.js';

const user = (content: string): AssistantMessage => ({ role: 'user', content });
const assistant = (content: string): AssistantMessage => ({ role: 'assistant', content });
const contents = (...args: Parameters<typeof toPrompt>) =>
  toPrompt(...args).map(({ content }) => content);

/** Thirty bytes: 14 tokens with the overhead of a message. */
const thirty = 'x'.repeat(30);
const session = [user(`1${thirty}`.slice(0, 30)), assistant(thirty), user('last')];

describe('the session', () => {
  test('is sent completely within the budget', () => {
    expect(toPrompt(session, { contextBudget: 4_096, systemPrompt: undefined })).toEqual(session);
  });

  test('starts with the system prompt, which uses the budget too', () => {
    const prompt = { systemPrompt: thirty, contextBudget: 14 + 14 + 14 + 6 };
    expect(contents(session, prompt)).toHaveLength(4);
    const less = { ...prompt, contextBudget: prompt.contextBudget - 1 };
    expect(contents(session, less)).toEqual([thirty, 'last']);
  });

  test('loses its oldest messages first, and never begins with a reply', () => {
    const budget = { contextBudget: 14 + 6, systemPrompt: undefined };
    expect(contents([...session], budget)).toEqual(['last']);
    expect(contents([user('a'), assistant('b'), user('c')], budget)).toEqual(['a', 'b', 'c']);
  });

  test('always contains the newest message', () => {
    const long = user('y'.repeat(100_000));
    expect(toPrompt([...session, long], { contextBudget: 1, systemPrompt: undefined })).toEqual([
      long,
    ]);
  });

  test('counts bytes: Chinese text needs more tokens than it has characters', () => {
    const messages = [user('你'.repeat(10)), assistant('ok'), user('last')];
    const budget = { contextBudget: 14 + 5 + 6, systemPrompt: undefined };
    expect(contents(messages, budget)).toHaveLength(3);
    expect(contents(messages, { ...budget, contextBudget: 14 + 5 + 5 })).toEqual(['last']);
  });

  test('merges messages without a reply with the next one', () => {
    const messages = [assistant('Hello!'), user('one'), user('two'), assistant('2'), user('three')];
    expect(toPrompt(messages, { contextBudget: 4_096, systemPrompt: undefined })).toEqual([
      user('one\n\ntwo'),
      assistant('2'),
      user('three'),
    ]);
  });
});
