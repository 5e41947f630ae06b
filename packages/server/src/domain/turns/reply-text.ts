/** Turns an assistant's chunks into text that is valid for every store and client. */
export interface ReplyText {
  /** Returns the text that can be sent now: from `chunk` and the pending rest of the chunk before. */
  add(chunk: string): string;
  /** Returns the pending rest. */
  end(): string;
}

/**
 * Removes NUL and replaces lone surrogates with U+FFFD. An assistant may split its text inside a surrogate pair: the
 * first half waits for the next chunk.
 */
export function createReplyText(): ReplyText {
  let pending = '';
  return {
    add(chunk) {
      const text = pending + chunk.replaceAll('\u0000', '');
      const cut = endsInHighSurrogate(text) ? text.length - 1 : text.length;
      pending = text.slice(cut);
      return text.slice(0, cut).toWellFormed();
    },
    end() {
      const remainder = pending.toWellFormed();
      pending = '';
      return remainder;
    },
  };
}

/** The first `length` code units of a text, or one less when that would split a surrogate pair. */
export function cutText(text: string, length: number): string {
  const cut = text.slice(0, length);
  return endsInHighSurrogate(cut) ? cut.slice(0, -1) : cut;
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
