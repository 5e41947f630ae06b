import { InvalidOptionError } from './errors/invalid-option-error.js';
import type { AbortSignalLike } from './types/abort-signal.js';

/** Throws the error that names the option when `sound` is false. */
export function demand(sound: boolean, option: string, expectation: string): asserts sound {
  if (!sound) throw new InvalidOptionError(option, expectation);
}

/** Demands an object with these methods. */
export function demandMethods(
  option: string,
  names: readonly string[],
  given: unknown,
  expectation: string = `an object with the functions ${names.join(', ')}`,
): void {
  const own = Object(given) as Readonly<Record<string, unknown>>;
  const sound = names.every((name) => typeof own[name] === 'function');
  demand(given === undefined || sound, option, expectation);
}

export function demandSignal(signal: AbortSignalLike | undefined): void {
  demandMethods('signal', ['addEventListener'], signal, 'an AbortSignal');
}

export function demandTimeout(timeoutMs: number): void {
  const sound = typeof timeoutMs === 'number' && timeoutMs > 0;
  demand(sound, 'timeoutMs', 'a number of milliseconds above 0');
}

/**
 * Options by their names. A text says what one must be, with the word of `typeof` or its values in quotes; what is
 * no text is checked elsewhere.
 */
export type Kinds = Readonly<Record<string, unknown>>;

/**
 * Refuses what is no object, and options that there are not: both would be ignored without a word. `group` stands
 * in front of the names.
 */
export function demandOptions(group: string, kinds: Kinds, given: object = {}): void {
  const names = Object.keys(kinds);
  const all = names.join(', ');
  const isObject = typeof given === 'object' && given !== null;
  demand(isObject, group.slice(0, -1) || 'options', `an object of ${all}`);
  for (const [name, own] of Object.entries(given)) {
    const kind = kinds[name];
    demand(names.includes(name), group + name, `left out; the known ones are ${all}`);
    if (own === undefined || typeof kind !== 'string') continue;
    const word = typeof own === 'string' ? `"${own}"` : '';
    const sound = own !== null && (kind.includes(typeof own) || (word && kind.includes(word)));
    demand(!!sound, group + name, kind);
  }
}

/** Figures with their defaults, alone or in groups. */
interface Figures {
  readonly [name: string]: number | Figures;
}

/** Numbers with their defaults; `group` is what stands in front of their names. */
export function figures<T extends Figures>(group: string, defaults: T, given: object = {}): T {
  // Without a group they stand among options of other kinds.
  if (group) demandOptions(group, defaults, given);
  const entries = Object.entries(defaults).map(([name, value]) => {
    const { [name]: own } = given as Readonly<Record<string, unknown>>;
    if (typeof value === 'object') return [name, figures(`${group}${name}.`, value, own as object)];
    const figure = own === undefined ? value : own;
    demand(typeof figure === 'number' && figure >= 0, group + name, 'a number, 0 or more');
    return [name, figure];
  });
  return Object.fromEntries(entries);
}

/** What a header and a URL can carry as it is; RFC 6750 allows a token fewer characters. */
export function isVisibleAscii(text: unknown): text is string {
  return typeof text === 'string' && /^[\x21-\x7e]+$/.test(text);
}
