/** `encodeURIComponent`, which throws on a lone surrogate, for any text. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

/** The bytes of a text in UTF-8. Not `TextEncoder`, which some runtimes lack. */
export function utf8Length(text: string): number {
  return percentEncode(text).replace(/%../g, '.').length;
}
