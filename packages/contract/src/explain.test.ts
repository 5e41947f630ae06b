import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { explainIssues } from './explain.js';
import { HistoryResponse } from './models.js';
import { FeedbackRequest, LoginRequest, SendMessageRequest } from './requests.js';

function explain(schema: z.core.$ZodType, input: unknown): string | undefined {
  const { error } = z.safeParse(schema, input);
  return error && explainIssues(error.issues, input, 'The body');
}

test.each([
  ['a missing field', SendMessageRequest, {}, 'Field "message" is missing: it must be a string.'],
  ['null', SendMessageRequest, { message: null }, 'Field "message" must be a string.'],
  [
    'a wrong type',
    LoginRequest,
    { username: 1, password: 'x' },
    'Field "username" must be a string.',
  ],
  [
    'not coerced',
    FeedbackRequest,
    { messageId: 'm', satisfied: 'true' },
    'Field "satisfied" must be true or false.',
  ],
  ['an array for an object', SendMessageRequest, [], 'The body must be a JSON object.'],
  ['nothing', SendMessageRequest, undefined, 'The body must be a JSON object.'],
  [
    'deep inside',
    HistoryResponse,
    {
      messages: [{ role: 'robot', content: '', timestamp: '' }],
      pagination: { total: 1, page: 1, pageSize: 20 },
    },
    'Field "messages.0.role" must be one of user, assistant.',
  ],
])('%s is told in one sentence', (_, schema, input, sentence) => {
  expect(explain(schema, input)).toBe(sentence);
});

test('an inherited name does not count as given', () => {
  const schema = z.object({ toString: z.string() });
  expect(explain(schema, {})).toBe('Field "toString" is missing: it must be a string.');
});

test('what came in is never repeated: it may be a password', () => {
  const input = { username: 'ada', password: { s3cret: true } };
  expect(explain(LoginRequest, input)).not.toContain('s3cret');
});

test('without an issue there is still a sentence', () => {
  expect(explainIssues([], {}, 'The body')).toBe('The body is not valid.');
});

test('a check that we have no words for is told plainly', () => {
  const schema = z.object({ name: z.string().check(z.minLength(3)) });
  expect(explain(schema, { name: 'x' })).toBe('Field "name" must be of another form.');
});
