/** A body with more text than this is serialized in parts. */
export const maxWholeLength = 65_536;

/** `before`, the items as a JSON list, and `after`. An item is serialized when its part is read. */
export function* jsonParts(
  before: string,
  items: Iterable<unknown>,
  after: string,
): Generator<string> {
  let separator = `${before}[`;
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',';
  }
  yield `${separator === ',' ? '' : separator}]${after}`;
}

/** The whole body, for an adapter that cannot send it in parts. */
export function wholeJson(json: string | Iterable<string>): string {
  return typeof json === 'string' ? json : [...json].join('');
}
