import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { openAiAssistant } from './openai-assistant.js';
import type { OpenAiAssistantOptions } from './options.js';

test.each<[Partial<OpenAiAssistantOptions>, RegExp]>([
  [{ model: ' ' }, /^model must be the name of a model/],
  [{ baseUrl: 'hunter2' }, /^baseUrl must be an http or https URL/],
  [{ baseUrl: 'ftp://hunter2.example' }, /^baseUrl must be/],
  [{ baseUrl: 'https://ada:hunter2@api.example/v1' }, /^baseUrl must be .* without a user/],
  [{ apiKey: 'hunter2\n' }, /^apiKey must be printable ASCII/],
  [{ apiKey: '' }, /^apiKey must be/],
  [{ headers: { 'X-Key': 'hunter2\r\nX: y' } }, /^headers must have .*"X-Key" is invalid/],
  [{ contextBudget: 0 }, /^contextBudget must be an integer of at least 1, not 0/],
  [{ maxReplyLength: 1.5 }, /^maxReplyLength must be/],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, /^timeoutMs must be/],
  [{ maxRetries: -1 }, /^maxRetries must be an integer of at least 0/],
])('rejects %o without repeating a secret', (options, message) => {
  const create = () => openAiAssistant({ model: 'some-model', ...options });
  expect(create).toThrow(message);
  expect(create).toThrow(expect.toSatisfy((error) => !inspect(error).includes('hunter2')));
});

test.each<[unknown, string]>([
  [
    { model: 'm', baseURL: 'http://127.0.0.1/v1' },
    'Option "baseURL" is unknown: expected one of baseUrl,',
  ],
  [{ model: 'm', temperature: 1 }, 'Option "temperature" is unknown'],
  [
    { model: 'm', systemPrompt: 5 },
    'Option "systemPrompt" is invalid: expected a string, received 5.',
  ],
  [{ model: 'm', parameters: '{}' }, 'Option "parameters" is invalid: expected an object'],
  [{ model: 'm', headers: ['hunter2'] }, 'Option "headers" is invalid: expected an object'],
  [
    { model: 'm', showReasoning: 'yes' },
    'Option "showReasoning" is invalid: expected true or false',
  ],
  [undefined, 'Options are invalid: expected an object with baseUrl,'],
])('rejects the options %o', (options, message) => {
  const create = () => openAiAssistant(options as OpenAiAssistantOptions);
  expect(create).toThrow(message);
  expect(create).not.toThrow('hunter2');
});

test('an assistant does not show its key', () => {
  const assistant = openAiAssistant({ model: 'some-model', apiKey: 'hunter2' });
  expect(inspect(assistant, { depth: 9, showHidden: true })).not.toContain('hunter2');
  expect(JSON.stringify(assistant)).not.toContain('hunter2');
});
