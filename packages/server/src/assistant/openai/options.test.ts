import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { openAiAssistant } from './openai-assistant.js';
import type { OpenAiAssistantOptions } from './options.js';

const refusal = (options: Partial<OpenAiAssistantOptions>): Error => {
  try {
    openAiAssistant({ model: 'some-model', ...options });
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was refused.');
};

test.each<[Partial<OpenAiAssistantOptions>, RegExp]>([
  [{ model: ' ' }, /^model must be the name of a model/],
  [{ baseUrl: 'hunter2' }, /^baseUrl must be an http or https address/],
  [{ baseUrl: 'ftp://hunter2.example' }, /^baseUrl must be/],
  [{ baseUrl: 'https://ada:hunter2@api.example/v1' }, /^baseUrl must be .* without a user/],
  [{ apiKey: 'hunter2\n' }, /^apiKey must be printable ASCII/],
  [{ apiKey: '' }, /^apiKey must be/],
  [{ headers: { 'X-Key': 'hunter2\r\nX: y' } }, /^headers must have .*"X-Key" has not/],
  [{ contextBudget: 0 }, /^contextBudget must be a whole number from 1, not 0/],
  [{ maxReplyLength: 1.5 }, /^maxReplyLength must be/],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, /^timeoutMs must be/],
  [{ maxRetries: -1 }, /^maxRetries must be a whole number from 0/],
])('refuses %o at once, and repeats no secret', (options, sentence) => {
  const error = refusal(options);
  expect(error.message).toMatch(sentence);
  expect(inspect(error)).not.toContain('hunter2');
});

test('an assistant shows no key to whoever looks at it', () => {
  const assistant = openAiAssistant({ model: 'some-model', apiKey: 'hunter2' });
  expect(inspect(assistant, { depth: 9, showHidden: true })).not.toContain('hunter2');
  expect(JSON.stringify(assistant)).not.toContain('hunter2');
});
