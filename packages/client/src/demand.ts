import { InvalidOptionError } from './errors/invalid-option-error.js';
import type { AbortSignalLike } from './types/abort-signal.js';

/** Throws the error that names the option when `sound` is false. */
export function demand(sound: boolean, option: string, expectation: string): asserts sound {
  if (!sound) throw new InvalidOptionError(option, expectation);
}

export function demandObject(given: unknown, option: string, expectation: string): void {
  demand(typeof given === 'object' && given !== null, option, expectation);
}

export function demandSignal(signal: Partial<AbortSignalLike> | undefined): void {
  const sound = signal === undefined || typeof signal?.addEventListener === 'function';
  demand(sound, 'signal', 'an AbortSignal');
}

export function demandTimeout(timeoutMs: number): void {
  const sound = typeof timeoutMs === 'number' && timeoutMs > 0;
  demand(sound, 'timeoutMs', 'a number of milliseconds above 0');
}

/**
 * Refuses what is no object, and a name that none of `names` is: both would be ignored without a word. `group`
 * stands in front of the names.
 */
export function demandNames(group: string, names: readonly string[], given: object = {}): void {
  demandObject(given, group.slice(0, -1) || 'options', `an object of ${names.join(', ')}`);
  for (const name of Object.keys(given)) {
    demand(names.includes(name), group + name, `left out; the known ones are ${names.join(', ')}`);
  }
}

/** Demands methods of an object; those that it may go without are `optional`. */
export function demandFunctions(
  group: string,
  names: readonly string[],
  given: unknown,
  optional = false,
): void {
  for (const name of names) {
    const own = (given as Readonly<Record<string, unknown>> | null)?.[name];
    demand(
      typeof own === 'function' || (optional && own === undefined),
      group + name,
      'a function',
    );
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
