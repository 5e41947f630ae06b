import * as z from 'zod/mini';
import type { ChatLimits, UserCredentials } from '../domain/api.js';
import { validateUser } from '../domain/auth/add-user.js';
import { maxTokenLifetimeMs } from '../domain/auth/token-claims.js';
import { defaultLimits } from '../domain/limits.js';
import { number, option, optionsObject } from './assert-options.js';

// The options that several adapters have: Fastify, the mock, the command line. Must run in browsers.

/** The longest time that a stopping server may wait: a day. Timers overflow after 25 days. */
export const maxDrainMs = 86_400_000;

/** RFC 7518, 3.2: the minimum length of a key for HS256. */
const minSecretBytes = 32;

/** Origins with a scheme that `URL` does not parse: app shells and browser extensions. */
const nonWebOrigin = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^/?#\s]+$/;

export const origin = option<string>(
  'an origin such as "https://chat.example.com", "https://*.example.com" for its subdomains, or "*" for any',
  (value) => {
    if (typeof value !== 'string') return false;
    // Browsers send "null" for pages without an origin, such as files.
    if (value === '*' || value === 'null' || nonWebOrigin.test(value)) return true;
    const host = value.replace('://*.', '://');
    return !host.includes('*') && URL.canParse(host) && new URL(host).origin === host;
  },
);

export const origins = z.array(origin, 'a list of origins, such as ["https://chat.example.com"]');

/** The most frequent mistake is `process.env.CHAT_JWT_SECRET ?? ''`. */
export const secret = option<string>(
  (value) =>
    `a string of at least ${minSecretBytes} bytes, such as "openssl rand -hex 32" prints` +
    (value === '' ? ', received an empty string: is the variable CHAT_JWT_SECRET set?' : ''),
  (value) => typeof value === 'string' && new TextEncoder().encode(value).length >= minSecretBytes,
  { secret: true, range: true },
);

export const timeZone = option<string>(
  'the IANA name of a time zone, such as "UTC" or "Europe/Berlin"',
  (value) => typeof value === 'string' && canonicalTimeZone(value) !== undefined,
  { range: true },
);

/** The canonical name of a time zone; `undefined` when the runtime does not know it. */
export function canonicalTimeZone(name: string): string | undefined {
  // The default: loading the data of all time zones would take part of the start.
  if (name === 'UTC') return name;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const credentials = '{ username, password }, both strings';

export const users = z.pipe(
  option<UserCredentials[]>(`a list of ${credentials}`, Array.isArray, { secret: true }),
  z.array(
    option<UserCredentials>(
      (user) => {
        const reason = isCredentials(user) ? validateUser(user) : undefined;
        return reason === undefined ? credentials : `a valid user. ${reason.replace(/\.$/, '')}`;
      },
      (user) => isCredentials(user) && validateUser(user) === undefined,
      { secret: true },
    ),
  ),
);

function isCredentials(value: unknown): value is UserCredentials {
  const { username, password } = (value ?? {}) as Partial<UserCredentials>;
  return typeof username === 'string' && typeof password === 'string';
}

export const limits = optionsObject({
  ...Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, number(0)])),
  // A token with a longer lifetime would be rejected as not issued by this server.
  tokenLifetimeMs: number(0, maxTokenLifetimeMs),
  readsPerUser: number(1),
} satisfies { readonly [Name in keyof ChatLimits]?: z.ZodMiniType });
