import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createReplyText } from './reply-text.js';

const pieces = fc.array(
  fc.string({ unit: fc.constantFrom('a', '\u0000', '\ud83d', '\ude00', ' ') }),
);

it('cleans a text in the same way wherever it was cut', () => {
  fc.assert(
    fc.property(pieces, (cut) => {
      const text = createReplyText();
      const out = [...cut.map((piece) => text.add(piece)), text.end()];
      expect(out.every((piece) => piece.isWellFormed() && !piece.includes('\u0000'))).toBe(true);
      const whole = createReplyText();
      expect(out.join('')).toBe(whole.add(cut.join('')) + whole.end());
    }),
  );
});

it('leaves well-formed text as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (cut) => {
      const text = createReplyText();
      const out = [...cut.map((piece) => text.add(piece)), text.end()].join('');
      expect(out).toBe(cut.join('').replaceAll('\u0000', ''));
    }),
  );
});
