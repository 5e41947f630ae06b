/** Throws when the value of the option of this name cannot be meant. */
export type Check = (value: unknown, name: string) => void;

/** A check for each option that there is: one that is added without does not compile. */
export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

/** @throws TypeError when `sound` is false: TypeScript would have said so, and not everybody has it. */
export function demand(sound: boolean, name: string, expectation: string): asserts sound {
  if (!sound) throw new TypeError(`Option "${name}" must be ${expectation}.`);
}

/** A value as its writer would recognise it. */
export function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/**
 * Holds every option that is given against its check.
 *
 * @param others names that are somebody else's to judge
 * @throws TypeError for the first that is unknown or cannot be meant
 */
export function checkEach(
  given: unknown,
  checks: { readonly [name: string]: Check },
  others: readonly string[] = [],
): void {
  if (!isObject(given)) {
    const names = Object.keys(checks).join(', ');
    throw new TypeError(`The options must be an object with ${names}, not ${shown(given)}.`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (others.includes(name)) continue;
    if (!Object.hasOwn(checks, name)) {
      throw new TypeError(
        `There is no option "${name}": there are ${Object.keys(checks).join(', ')}.`,
      );
    }
    if (value !== undefined) checks[name]?.(value, name);
  }
}

/** An object whose members have checks of their own. */
export function group(checks: { readonly [name: string]: Check }): Check {
  const names = Object.keys(checks);
  return (value, name) => {
    demand(isObject(value), name, `an object with some of ${names.join(', ')}`);
    for (const [member, its] of Object.entries(value)) {
      if (!Object.hasOwn(checks, member)) {
        throw new TypeError(`Option "${name}" has no "${member}": there are ${names.join(', ')}.`);
      }
      if (its !== undefined) checks[member]?.(its, `${name}.${member}`);
    }
  };
}

/** Something that can do all of this. */
export function having(what: string, ...methods: readonly string[]): Check {
  return (value, name) => {
    const able = value as { readonly [method: string]: unknown } | null;
    const missing = methods.find((method) => typeof able?.[method] !== 'function');
    if (missing === undefined) return;
    const why = isPromise(value) ? 'await this promise' : `this has no ${missing}()`;
    throw new TypeError(`Option "${name}" must be ${what}: ${why}.`);
  };
}

/** A number between two that count as well. */
export function between(minimum: number, maximum = Number.POSITIVE_INFINITY): Check {
  const range =
    maximum === Number.POSITIVE_INFINITY
      ? `a number of at least ${minimum}`
      : `a number from ${minimum} to ${maximum}`;
  return (value, name) => {
    const sound = typeof value === 'number' && value >= minimum && value <= maximum;
    demand(sound, name, `${range}, not ${shown(value)}`);
  };
}

export const yesOrNo: Check = (value, name) =>
  demand(typeof value === 'boolean', name, 'true or false');

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isPromise(value: unknown): boolean {
  return isObject(value) && 'then' in value && typeof value.then === 'function';
}
