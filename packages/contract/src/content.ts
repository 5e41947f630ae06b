/**
 * What is wrong with a message's content, or `undefined` when nothing is. One rule for every store:
 * PostgreSQL cannot hold NUL, and engines differ in what they make of a lone surrogate.
 */
export function contentProblem(content: string, maxLength: number): string | undefined {
  if (content.includes('\u0000')) return 'must not contain the NUL character (U+0000).';
  if (!content.isWellFormed()) {
    return 'must be well-formed Unicode: it contains a lone surrogate.';
  }
  const trimmed = content.trim();
  if (trimmed === '') return 'must not be empty.';
  // A code point takes one or two code units: counting is needed only between the two bounds.
  if (trimmed.length <= maxLength) return undefined;
  const length = trimmed.length > maxLength * 2 ? trimmed.length : codePoints(trimmed);
  return length <= maxLength ? undefined : `must be at most ${maxLength} characters long.`;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
