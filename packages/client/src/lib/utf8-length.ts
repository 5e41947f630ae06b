/** The bytes of a text in UTF-8. Not `TextEncoder`, which some runtimes lack. */
export function utf8Length(text: string): number {
  // encodeURIComponent throws on a lone surrogate.
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replace(/%../g, '.').length;
}
