/**
 * Returns why a text is invalid, or `undefined` when it is valid. The same rule for every store: PostgreSQL cannot
 * store NUL, and databases handle lone surrogates differently.
 */
export function validateText(content: string): string | undefined {
  if (content.includes('\u0000')) return 'must not contain the NUL character (U+0000).';
  // `isWellFormed` would exclude browsers of 2023.
  if (/[\ud800-\udfff]/u.test(content)) {
    return 'must be well-formed Unicode: it contains a lone surrogate.';
  }
  return content.trim() === '' ? 'must not be empty.' : undefined;
}

/** Like {@link validateText}, with a maximum length in code points after trimming. */
export function validateContent(content: string, maxLength: number): string | undefined {
  const issue = validateText(content);
  if (issue !== undefined) return issue;
  const trimmed = content.trim();
  // A code point has one or two code units: count only when the length is between the two bounds.
  if (trimmed.length <= maxLength) return undefined;
  const length = trimmed.length > maxLength * 2 ? trimmed.length : codePoints(trimmed);
  return length <= maxLength ? undefined : `must be at most ${maxLength} characters long.`;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
