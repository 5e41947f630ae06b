import { InvalidOptionError } from './errors/invalid-option-error.js';

/** Throws the error that names the option when `sound` is false. */
export function demand(sound: boolean, option: string, expectation: string): asserts sound {
  if (!sound) throw new InvalidOptionError(option, expectation);
}

export function demandTimeout(timeoutMs: number): void {
  const sound = typeof timeoutMs === 'number' && timeoutMs > 0;
  demand(sound, 'timeoutMs', 'a number of milliseconds above 0');
}

/** Refuses a name that none of `names` is, which would be ignored without a word; `group` stands in front of them. */
export function demandNames(group: string, names: readonly string[], given: object = {}): void {
  for (const name of Object.keys(given)) {
    demand(names.includes(name), group + name, `left out; the known ones are ${names.join(', ')}`);
  }
}

/** Figures with their defaults, alone or in groups. */
interface Figures {
  readonly [name: string]: number | Figures;
}

/** Numbers with their defaults; `group` is what stands in front of their names. */
export function figures<T extends Figures>(group: string, defaults: T, given: object = {}): T {
  // Without a group they stand among options of other kinds.
  if (group) demandNames(group, Object.keys(defaults), given);
  const entries = Object.entries(defaults).map(([name, value]) => {
    const own: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'object') return [name, figures(`${group}${name}.`, value, Object(own))];
    const figure = own ?? value;
    demand(typeof figure === 'number' && figure >= 0, group + name, 'a number, 0 or more');
    return [name, figure];
  });
  return Object.fromEntries(entries);
}

/** What a header and a URL can carry as it is; RFC 6750 allows a token fewer characters. */
export function isVisibleAscii(text: unknown): text is string {
  return typeof text === 'string' && /^[\x21-\x7e]+$/.test(text);
}
