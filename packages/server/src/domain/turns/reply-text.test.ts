import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createReplyText } from './reply-text.js';

const chunks = fc.array(
  fc.string({ unit: fc.constantFrom('a', '\u0000', '\ud83d', '\ude00', ' ') }),
);

it('gives the same text wherever it was split', () => {
  fc.assert(
    fc.property(chunks, (cut) => {
      const text = createReplyText();
      const out = [...cut.map((chunk) => text.add(chunk)), text.end()];
      expect(out.every((chunk) => chunk.isWellFormed() && !chunk.includes('\u0000'))).toBe(true);
      const whole = createReplyText();
      expect(out.join('')).toBe(whole.add(cut.join('')) + whole.end());
    }),
  );
});

it('keeps well-formed text unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (cut) => {
      const text = createReplyText();
      const out = [...cut.map((chunk) => text.add(chunk)), text.end()].join('');
      expect(out).toBe(cut.join('').replaceAll('\u0000', ''));
    }),
  );
});
