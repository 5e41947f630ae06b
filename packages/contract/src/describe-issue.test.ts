import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { describeFirstIssue } from './describe-issue.js';
import { routeSpecs } from './route-specs.js';

function describeInput(schema: z.core.$ZodType, input: unknown): string | undefined {
  const { error } = z.safeParse(schema, input);
  return error && describeFirstIssue(error.issues, input, 'The body');
}

test.each([
  [
    'a missing field',
    routeSpecs.sendMessage.body,
    {},
    'Field "message" is missing: it must be a string.',
  ],
  ['null', routeSpecs.sendMessage.body, { message: null }, 'Field "message" must be a string.'],
  [
    'a wrong type',
    routeSpecs.login.body,
    { username: 1, password: 'x' },
    'Field "username" must be a string.',
  ],
  [
    'a text instead of a boolean',
    routeSpecs.feedback.body,
    { messageId: 'm', satisfied: 'true' },
    'Field "satisfied" must be true or false.',
  ],
  ['an array for an object', routeSpecs.sendMessage.body, [], 'The body must be a JSON object.'],
  ['nothing', routeSpecs.sendMessage.body, undefined, 'The body must be a JSON object.'],
  [
    'a nested field',
    routeSpecs.history.response,
    {
      messages: [{ role: 'robot', content: '', timestamp: '' }],
      pagination: { total: 1, page: 1, pageSize: 20 },
    },
    'Field "messages.0.role" must be one of user, assistant.',
  ],
])('describes %s in one sentence', (_, schema, input, sentence) => {
  expect(describeInput(schema, input)).toBe(sentence);
});

test('an inherited property does not count as a field', () => {
  const schema = z.object({ toString: z.string() });
  expect(describeInput(schema, {})).toBe('Field "toString" is missing: it must be a string.');
});

test('never repeats the input: it may contain a password', () => {
  const input = { username: 'ada', password: { s3cret: true } };
  expect(describeInput(routeSpecs.login.body, input)).not.toContain('s3cret');
});

test('returns a sentence when there is no issue', () => {
  expect(describeFirstIssue([], {}, 'The body')).toBe('The body is not valid.');
});

test('returns a general sentence for an unknown kind of issue', () => {
  const schema = z.object({ name: z.string().check(z.minLength(3)) });
  expect(describeInput(schema, { name: 'x' })).toBe('Field "name" must be in a different format.');
});
