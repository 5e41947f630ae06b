import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/** What a value must be, by its type. */
export const expectedByType: { readonly [kind: string]: string } = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  object: 'a JSON object',
  array: 'an array',
};

/**
 * One sentence that names the first invalid field of `input` and what it must be. Not a zod locale: that adds 2 kB to a
 * browser bundle, and its messages repeat the input, which may be a password.
 */
export function describeFirstIssue(
  issues: readonly Issue[],
  input: unknown,
  subject: string,
): string {
  const issue = issues[0];
  if (issue === undefined) return `${subject} is not valid.`;
  const { path } = issue;
  return describeIssue(subject, path.join('.'), valueAt(input, path), expectation(issue));
}

/** One sentence about an invalid or missing value. */
export function describeIssue(
  subject: string,
  path: string,
  value: unknown,
  expected: string,
): string {
  const missing = path !== '' && value === undefined ? 'is missing: it ' : '';
  return `${path ? `Field "${path}"` : subject} ${missing}must be ${expected}.`;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return expectedByType[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return 'in a different format';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
