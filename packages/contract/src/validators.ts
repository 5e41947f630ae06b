import { expectedByType } from './describe-issue.js';

/** Creates the error for a value that is not what `expected` says. `path` is empty for the whole value. */
export type IssueFactory = (path: string, value: unknown, expected: string) => Error;

/**
 * Validates a value that was parsed from JSON, and returns it. Only missing fields and wrong types are errors: unknown
 * fields and unknown values of an enumeration are kept, so that a client works with a newer backend. Otherwise it gives the
 * same results as the zod schema, with a tenth of the code and in half the time: a browser loads these validators and
 * not zod.
 *
 * @throws the error of `createIssue` for the first invalid value
 */
export type Validator = (value: unknown, createIssue: IssueFactory, path?: string) => unknown;

const primitive =
  (name: string, matches: (value: unknown) => boolean): Validator =>
  (value, createIssue, path = '') => {
    if (matches(value)) return value;
    throw createIssue(path, value, expectedByType[name]!);
  };

export const string = primitive('string', (value) => typeof value === 'string');
export const boolean = primitive('boolean', (value) => typeof value === 'boolean');
/** JSON has no infinite numbers, but `1e999` is parsed to one. */
export const number = primitive('number', Number.isFinite);

export function optional(validator: Validator): Validator {
  return (value, createIssue, path) =>
    value === undefined ? value : validator(value, createIssue, path);
}

export function list(validator: Validator): Validator {
  return (value, createIssue, path = '') => {
    if (!Array.isArray(value)) throw createIssue(path, value, expectedByType.array!);
    value.forEach((item, index) => void validator(item, createIssue, childPath(path, index)));
    return value;
  };
}

export function object(validators: Readonly<Record<string, Validator>>): Validator {
  const entries = Object.entries(validators);
  return (value, createIssue, path = '') => {
    if (Object(value) !== value || Array.isArray(value)) {
      throw createIssue(path, value, expectedByType.object!);
    }
    const record = value as Record<string, unknown>;
    for (const [name, validator] of entries) {
      validator(record[name], createIssue, childPath(path, name));
    }
    // JSON may contain it as an ordinary field, and a copy of the object would get it as its prototype.
    // biome-ignore lint/suspicious/noProto: the field of that name, not the prototype.
    delete record.__proto__;
    return record;
  };
}

function childPath(path: string, name: string | number): string {
  return path === '' ? `${name}` : `${path}.${name}`;
}
