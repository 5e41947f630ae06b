import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/** What a value must be, by the name of its kind. */
export const expectations: { readonly [kind: string]: string } = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  object: 'a JSON object',
  array: 'an array',
};

/**
 * One sentence for the first thing that is wrong with `input`, naming the field and what it must be.
 * Ours instead of a zod locale: a locale is 2 kB of a page's bundle, and says what came in as well,
 * which may be a password.
 */
export function explainIssues(issues: readonly Issue[], input: unknown, whole: string): string {
  const issue = issues[0];
  if (issue === undefined) return `${whole} is not valid.`;
  const { path } = issue;
  return explainMisfit(whole, path.join('.'), valueAt(input, path), expectation(issue));
}

/** The sentence on one value: what it must be, and whether it is there at all. */
export function explainMisfit(
  whole: string,
  path: string,
  value: unknown,
  expected: string,
): string {
  const name = path === '' ? whole : `Field "${path}"`;
  const missing = path !== '' && value === undefined ? 'is missing: it ' : '';
  return `${name} ${missing}must be ${expected}.`;
}

export function oneOfWords(words: readonly unknown[]): string {
  return `one of ${words.map(String).join(', ')}`;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return expectations[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return oneOfWords(issue.values);
  return 'of another form';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
