import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

const articles: { readonly [expected: string]: string } = {
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
  const name = issue.path.length === 0 ? whole : `Field "${issue.path.join('.')}"`;
  if (issue.path.length > 0 && valueAt(input, issue.path) === undefined) {
    return `${name} is missing: it must be ${expectation(issue)}.`;
  }
  return `${name} must be ${expectation(issue)}.`;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return articles[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
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
