import * as z from 'zod/mini';
import type { UserCredentials } from '../../domain/api.js';
import { validateUser } from '../../domain/auth/add-user.js';
import { option } from '../../options/assert-options.js';
import { canonicalTimeZone, timeZone } from '../../options/schemas.js';
import { type TrustedProxies, trustedProxies } from '../../options/trusted-proxies.js';

// Each schema parses the text of a flag or a variable. Its message completes "expected …".

export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return z.pipe(
    z.string().check(z.regex(/^\d{1,16}$/, expected)),
    z.pipe(
      z.transform(Number),
      z.number().check(z.gte(minimum, expected), z.lte(maximum, expected)),
    ),
  );
}

/** An empty text is usually an unset variable; as a host it would mean "all addresses". */
export const nonEmpty = z.string().check(z.minLength(1, 'a text of at least one character'));

export const fileOrMemory = nonEmpty.check(
  z.refine(
    (text) => !text.includes('://'),
    'a file; CHAT_DATABASE_URL is the setting for the address of a database',
  ),
);

export const file = fileOrMemory.check(z.refine((text) => text !== ':memory:', 'a file'));

/** Redis uses braces to assign keys to servers. */
export const keyPrefix = z.string().check(z.regex(/^[^{}]+$/, 'a text without braces'));

/** The pairs that people write into environment files. */
export const boolean = z.stringbool({
  truthy: ['true', '1', 'yes', 'on'],
  falsy: ['false', '0', 'no', 'off'],
  error: 'on or off',
});

/** The key of the API has a setting of its own. */
export const apiUrl = option<string>(
  'an http or https address without a user, such as http://127.0.0.1:11434/v1',
  (text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password } = new URL(text);
    return /^https?:$/.test(protocol) && username + password === '';
  },
);

/** What can follow `Bearer` in a header. */
export const headerValue = z
  .string()
  .check(z.regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces'));

function jsonObject<Value>(expected: string, isValid: (value: object) => boolean) {
  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  return z.pipe(
    z.transform(parse),
    option<Value>(
      expected,
      (value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) && isValid(value),
    ),
  );
}

export const httpHeaders = jsonObject<Readonly<Record<string, string>>>(
  'a JSON object of header names and values, such as {"api-key":"…"}',
  (value) => {
    if (!Object.values(value).every((text) => typeof text === 'string')) return false;
    try {
      return new Headers(value as Record<string, string>) !== undefined;
    } catch {
      return false;
    }
  },
);

export const parameters = jsonObject<Readonly<Record<string, unknown>>>(
  'a JSON object, such as {"temperature":0.2}',
  () => true,
);

export const zone = z.pipe(
  timeZone,
  z.transform((name) => canonicalTimeZone(name) ?? name),
);

export const credentials = z.pipe(
  z.string().check(z.regex(/^[^:]+:.+$/s, 'name:password, such as ada:s3cret')),
  z.pipe(
    z.transform((text: string) => {
      const colon = text.indexOf(':');
      return { username: text.slice(0, colon), password: text.slice(colon + 1) };
    }),
    option<UserCredentials>(
      'name:password with a name of 1 to 255 and a password of 1 to 1024 characters',
      (user) => validateUser(user) === undefined,
    ),
  ),
);

/** A number, or a list that is separated by commas. */
export const proxies = z.pipe(
  z.transform(
    (text: string): TrustedProxies =>
      /^\d{1,3}$/.test(text) ? Number(text) : text.split(',').map((entry) => entry.trim()),
  ),
  trustedProxies,
);
