import { expectedByType } from './describe-issue.js';

/** Where an invalid value is (empty for the whole value), the value, and what it must be. */
export type ValueIssue = readonly [path: string, value: unknown, expected: string];

/**
 * Returns the first issue of a value that was parsed from JSON. Only missing fields and wrong types are issues: unknown
 * fields and unknown values of an enumeration are kept, so that a client works with a newer backend. Otherwise it gives the
 * same results as the zod schema, with a tenth of the code and in half the time: a browser loads these validators and
 * not zod.
 */
export type Validator = (value: unknown) => ValueIssue | undefined;

const primitive =
  (type: string, isValid = (value: unknown) => typeof value === type): Validator =>
  (value) =>
    isValid(value) ? undefined : issueOf(value, type);

export const string = primitive('string');
export const boolean = primitive('boolean');
/** JSON has no infinite numbers, but `1e999` is parsed to one. */
export const number = primitive('number', Number.isFinite);

export function optional(validator: Validator): Validator {
  return (value) => (value === undefined ? value : validator(value));
}

export function list(validator: Validator): Validator {
  return (value) => {
    if (!Array.isArray(value)) return issueOf(value, 'array');
    for (const [index, item] of value.entries()) {
      const issue = within(index, validator(item));
      if (issue) return issue;
    }
    return undefined;
  };
}

export function object(validators: Readonly<Record<string, Validator>>): Validator {
  const entries = Object.entries(validators);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return issueOf(value, 'object');
    const record = value as Record<string, unknown>;
    for (const [name, validator] of entries) {
      const issue = within(name, validator(record[name]));
      if (issue) return issue;
    }
    // JSON may contain it as an ordinary field, and a copy of the object would get it as its prototype.
    // biome-ignore lint/suspicious/noProto: the field of that name, not the prototype.
    delete record.__proto__;
    return undefined;
  };
}

function issueOf(value: unknown, type: string): ValueIssue {
  return ['', value, expectedByType[type]!];
}

/** The path is put together only for an issue: that is faster than to have it ready for each field. */
function within(name: string | number, issue: ValueIssue | undefined): ValueIssue | undefined {
  if (!issue) return issue;
  const [path, ...rest] = issue;
  return [name + (path && `.${path}`), ...rest];
}
