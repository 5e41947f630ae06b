/** The members of a JSON object; none for another text. */
export function parseObject(text: string): { readonly [name: string]: unknown } {
  try {
    return (JSON.parse(text) as { [name: string]: unknown } | null) ?? {};
  } catch {
    return {};
  }
}
