import { type Check, demand, shown } from './demand.js';

/** The least that a key of HS256 may have (RFC 7518, 3.2). */
const secretMinBytes = 32;

/** The origins of what is no web site: the shell of an app, an extension. `URL` knows none of them. */
const ofShell = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^/?#\s]+$/;

/** An origin as browsers write it, `null` as pages say that have none, such as files, or `*` for any. */
export function isOrigin(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value === '*' || value === 'null' || ofShell.test(value)) return true;
  return URL.canParse(value) && new URL(value).origin === value;
}

export const origins: Check = (value, name) => {
  const example = 'such as "https://chat.example.com", or "*" for any';
  demand(Array.isArray(value), name, `a list of origins, ${example}`);
  const wrong = value.find((entry: unknown) => !isOrigin(entry));
  demand(wrong === undefined, name, `a list of origins, ${example}: ${shown(wrong)} is none`);
};

export const secret: Check = (value, name) => {
  const expectation = `a text of at least ${secretMinBytes} bytes`;
  demand(typeof value === 'string', name, expectation);
  if (isLongEnough(value)) return;
  // `process.env.CHAT_JWT_SECRET ?? ''`, most often.
  const end = value === '' ? ': is the variable set that it comes from, CHAT_JWT_SECRET?' : '.';
  throw new RangeError(
    `Option "${name}" must be ${expectation}, such as "openssl rand -hex 32" prints${end}`,
  );
};

/** Whether a text can be the key of tokens. */
export function isLongEnough(key: string): boolean {
  return new TextEncoder().encode(key).length >= secretMinBytes;
}

/** The name of a zone as the runtime writes it; `undefined` when it knows none of that name. */
export function timeZoneOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export const timeZone: Check = (value, name) => {
  if (typeof value === 'string' && timeZoneOf(value) !== undefined) return;
  throw new RangeError(
    `Option "${name}" must be the IANA name of a time zone, such as "UTC" or "Europe/Berlin", not ${shown(value)}.`,
  );
};
