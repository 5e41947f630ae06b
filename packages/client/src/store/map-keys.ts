/** An object with the same keys, whose values `toValue` returns. */
export function mapKeys<Result extends object>(
  keys: Record<keyof Result, unknown>,
  toValue: (key: keyof Result) => unknown,
): Result {
  const names = Object.keys(keys) as (keyof Result)[];
  return Object.fromEntries(names.map((name) => [name, toValue(name)])) as Result;
}
