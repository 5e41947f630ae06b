import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateContent } from './content.js';

describe('valid content', () => {
  test.each([
    ['plain', 'Hello'],
    ['surrounded by whitespace', '  \n Hello \t '],
    ['a family of joined emoji', '👨‍👩‍👧‍👦'],
    ['combining marks', 'Z̸̢͙̔a͝l̡g͘o'],
    ['right to left', 'שלום עולם'],
    ['control characters', 'a\u0001b\u001b[31m'],
    ['a byte order mark inside', 'a\ufeffb'],
  ])('%s', (_, content) => expect(validateContent(content, 100)).toBeUndefined());

  test('accepts the maximum length, counted in code points after trimming', () => {
    expect(validateContent('😀'.repeat(10), 10)).toBeUndefined();
    expect(validateContent(` ${'x'.repeat(10)}${' '.repeat(50)}`, 10)).toBeUndefined();
  });
});

describe('invalid content', () => {
  test.each([
    ['empty', '', 'must not be empty.'],
    ['whitespace only', ' \n\t\u00a0\u2003', 'must not be empty.'],
    ['with NUL', 'a\u0000b', 'must not contain the NUL character (U+0000).'],
    ['NUL alone', '\u0000', 'must not contain the NUL character (U+0000).'],
    ['one character too long', 'x'.repeat(11), 'must be at most 10 characters long.'],
    ['one emoji too long', '😀'.repeat(11), 'must be at most 10 characters long.'],
    ['far too long', 'x'.repeat(1_000), 'must be at most 10 characters long.'],
  ])('%s', (_, content, issue) => expect(validateContent(content, 10)).toBe(issue));

  test.each([
    ['high', 'a\ud83d'],
    ['low', '\ude00b'],
    ['swapped', '\ude00\ud83d'],
  ])('a lone surrogate: %s', (_, content) => {
    expect(validateContent(content, 10)).toContain('lone surrogate');
  });
});

test('accepts a text exactly when its trimmed code points are between one and the limit', () => {
  const text = fc.string({ unit: 'binary', maxLength: 24 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (content, limit) => {
      const length = [...content.trim()].length;
      const fits = length >= 1 && length <= limit && !content.includes('\u0000');
      expect(validateContent(content, limit) === undefined).toBe(fits);
    }),
  );
});
