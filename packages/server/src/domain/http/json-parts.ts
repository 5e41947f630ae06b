/** A body with more text than this is serialized in parts. */
export const maxWholeLength = 65_536;

/** `before`, the items as a JSON list, and `after`. A slice of the items is created when its part is read. */
export async function* jsonParts(
  before: string,
  slices: AsyncIterable<readonly unknown[]>,
  after: string,
): AsyncGenerator<string, undefined> {
  let separator = `${before}[`;
  for await (const slice of slices) {
    for (const item of slice) {
      yield separator + JSON.stringify(item);
      separator = ',';
    }
  }
  yield `${separator === ',' ? '' : separator}]${after}`;
}

/** The whole body, for an adapter that cannot send it in parts. */
export async function wholeJson(json: string | AsyncIterable<string>): Promise<string> {
  if (typeof json === 'string') return json;
  let whole = '';
  for await (const part of json) whole += part;
  return whole;
}
