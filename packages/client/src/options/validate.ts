import type { RouteName } from '@chat/contract';
import { InvalidOptionError } from '../errors/call-errors.js';
import type { CallOptions } from '../types/call-options.js';
import type { AbortSignalLike } from '../types/platform.js';

/** @throws InvalidOptionError naming the option, unless it is valid */
export function assertOption(
  isValid: boolean,
  option: string,
  expectation: string,
): asserts isValid {
  if (!isValid) throw new InvalidOptionError(option, expectation);
}

/** Asserts an object with these methods, or `undefined`. */
export function assertMethods(
  option: string,
  names: readonly string[],
  value: unknown,
  expectation: string = `an object with the functions ${names.join(', ')}`,
): void {
  const object = Object(value) as Readonly<Record<string, unknown>>;
  const isValid = names.every((name) => typeof object[name] === 'function');
  assertOption(value === undefined || isValid, option, expectation);
}

export function assertSignal(signal: AbortSignalLike | undefined): void {
  assertMethods('signal', ['addEventListener'], signal, 'an AbortSignal');
}

export function assertTimeout(timeoutMs: number): void {
  assertOption(
    typeof timeoutMs === 'number' && timeoutMs > 0,
    'timeoutMs',
    'a number of milliseconds above 0',
  );
}

/**
 * The expected type of each option: a text that contains the name of the type (as in `typeof`) or the valid values in
 * quotes. An option whose type is not a text is validated elsewhere.
 */
export type OptionTypes = Readonly<Record<string, unknown>>;

/**
 * Asserts an object without unknown options, which would be ignored silently. `group` is the prefix of the names in
 * the error.
 */
export function assertKnownOptions(group: string, types: OptionTypes, options: object = {}): void {
  const names = Object.keys(types);
  const all = names.join(', ');
  const isObject = typeof options === 'object' && options !== null;
  assertOption(isObject, group.slice(0, -1) || 'options', `an object of ${all}`);
  for (const [name, value] of Object.entries(options)) {
    const type = types[name];
    assertOption(names.includes(name), group + name, `left out; the known ones are ${all}`);
    if (value === undefined || typeof type !== 'string') continue;
    const quoted = typeof value === 'string' ? `"${value}"` : '';
    const isValid =
      value !== null && (type.includes(typeof value) || (quoted && type.includes(quoted)));
    assertOption(!!isValid, group + name, type);
  }
}

/** Number options with their defaults; options may be grouped. */
interface NumberDefaults {
  readonly [name: string]: number | NumberDefaults;
}

/** The number options with their defaults; `group` is the prefix of the names in an error. */
export function numberOptions<T extends NumberDefaults>(
  group: string,
  defaults: T,
  options: object = {},
): T {
  // Without a group, `options` contains options of other types too.
  if (group) assertKnownOptions(group, defaults, options);
  const entries = Object.entries(defaults).map(([name, defaultValue]) => {
    const { [name]: option } = options as Readonly<Record<string, unknown>>;
    if (typeof defaultValue === 'object') {
      return [name, numberOptions(`${group}${name}.`, defaultValue, option as object)];
    }
    const value = option === undefined ? defaultValue : option;
    assertOption(typeof value === 'number' && value >= 0, group + name, 'a number, 0 or more');
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** Whether a header and a URL can contain the text as it is; RFC 6750 allows even fewer characters in a token. */
export function isVisibleAscii(text: unknown): text is string {
  return typeof text === 'string' && /^[\x21-\x7e]+$/.test(text);
}

const commonOptions = { signal: 0, timeoutMs: 0, idempotencyKey: 0, headers: 0 };
const sending = { ...commonOptions, return: '"minimal"' };
const pageOptions = { pageSize: 'a number', page: 'a number' };
const queryOptions = { ...pageOptions, order: '"asc" or "desc"', sessionId: 'a string' };
const routeOptions: { readonly [Name in RouteName]?: OptionTypes } = {
  sendMessage: sending,
  regenerate: sending,
  sessions: { ...commonOptions, ...pageOptions },
  history: { ...commonOptions, ...queryOptions },
};

/** The options that are sent in the URL. */
export const queryOptionNames = Object.keys(queryOptions);

/** Asserts that the route has these options. The values of the common options are validated where they are used. */
export function assertCallOptions(name: RouteName, options: CallOptions): void {
  assertKnownOptions('', routeOptions[name] ?? commonOptions, options);
  assertSignal(options.signal);
}
