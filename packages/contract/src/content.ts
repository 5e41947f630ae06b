/**
 * What is wrong with a message's content whatever its length, or `undefined` when nothing is. One rule for
 * every store: PostgreSQL cannot hold NUL, and engines differ in what they make of a lone surrogate.
 */
export function textProblem(content: string): string | undefined {
  if (content.includes('\u0000')) return 'must not contain the NUL character (U+0000).';
  if (!content.isWellFormed()) {
    return 'must be well-formed Unicode: it contains a lone surrogate.';
  }
  return content.trim() === '' ? 'must not be empty.' : undefined;
}

/** The same, and whether it is too long: `maxLength` code points after trimming. */
export function contentProblem(content: string, maxLength: number): string | undefined {
  const problem = textProblem(content);
  if (problem !== undefined) return problem;
  const trimmed = content.trim();
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
