/** Turns an assistant's pieces into text that every store and every reader can take. */
export interface ReplyText {
  /** The part of `piece`, and of what was held back before it, that can go out now. */
  add(piece: string): string;
  /** What was still held back. */
  end(): string;
}

/**
 * NUL is dropped and a lone surrogate becomes U+FFFD. An assistant may cut its text anywhere, also
 * inside a surrogate pair: the first half waits for the next piece.
 */
export function createReplyText(): ReplyText {
  let held = '';
  return {
    add(piece) {
      const text = held + piece.replaceAll('\u0000', '');
      const cut = endsInFirstHalf(text) ? text.length - 1 : text.length;
      held = text.slice(cut);
      return text.slice(0, cut).toWellFormed();
    },
    end() {
      const rest = held.toWellFormed();
      held = '';
      return rest;
    },
  };
}

function endsInFirstHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
