import { InvalidOptionError } from './errors/invalid-option-error.js';

/** Throws the error that names the option when `sound` is false. */
export function demand(sound: boolean, option: string, expectation: string): void {
  if (!sound) throw new InvalidOptionError(option, expectation);
}

export function demandTimeout(timeoutMs: number): void {
  const sound = typeof timeoutMs === 'number' && timeoutMs > 0;
  demand(sound, 'timeoutMs', 'a number of milliseconds above 0');
}

/** Numbers with their defaults; `group` is what stands in front of their names. */
export function figures<T extends Record<string, number>>(
  group: string,
  defaults: T,
  given: { readonly [Name in keyof T]?: number | undefined } = {},
): T {
  const entries = Object.entries(defaults).map(([name, value]) => {
    const figure = given[name] ?? value;
    demand(typeof figure === 'number' && figure >= 0, group + name, 'a number, 0 or more');
    return [name, figure];
  });
  return Object.fromEntries(entries);
}
