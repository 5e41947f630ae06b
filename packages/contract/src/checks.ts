import { expectations, oneOfWords } from './explain.js';

/** Makes the error for a value that is not as `expected`; `path` is empty for the whole. */
export type Misfit = (path: string, value: unknown, expected: string) => Error;

/**
 * Gives what comes of a value out of JSON: itself, without the fields that nobody has named. Does what a schema of
 * zod does, for a tenth of the bytes and half the time: a page loads these, and no zod.
 *
 * @throws what `misfit` makes, for the first thing that is wrong
 */
export type Check = (value: unknown, misfit: Misfit, path?: string) => unknown;

const kind =
  (name: string, isIt: (value: unknown) => boolean): Check =>
  (value, misfit, path = '') => {
    if (isIt(value)) return value;
    throw misfit(path, value, expectations[name]!);
  };

export const string = kind('string', (value) => typeof value === 'string');
/** JSON has no word for an infinite number, but `1e999` is one. */
export const number = kind('number', Number.isFinite);

export function oneOf(...words: readonly unknown[]): Check {
  return (value, misfit, path = '') => {
    if (words.includes(value)) return value;
    throw misfit(path, value, oneOfWords(words));
  };
}

export function optional(check: Check): Check {
  return (value, misfit, path) => (value === undefined ? value : check(value, misfit, path));
}

export function list(check: Check): Check {
  return (value, misfit, path = '') => {
    if (!Array.isArray(value)) throw misfit(path, value, expectations.array!);
    return value.map((item, index) => check(item, misfit, below(path, index)));
  };
}

export function object(checks: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(checks);
  return (value, misfit, path = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw misfit(path, value, expectations.object!);
    }
    const known: Record<string, unknown> = {};
    for (const [name, check] of entries) {
      const given = (value as Readonly<Record<string, unknown>>)[name];
      const field = check(given, misfit, below(path, name));
      if (field !== undefined) known[name] = field;
    }
    return known;
  };
}

function below(path: string, name: string | number): string {
  return path === '' ? `${name}` : `${path}.${name}`;
}
