import { userProblem } from '../chat/add-user.js';
import type { UserCredentials } from '../fastify/options.js';
import { isProxy } from '../fastify/trust-proxy.js';
import { isLongEnough, isOrigin, timeZoneOf } from '../options/values.js';

/** Makes a setting's value from its text, or says what the text must be. */
export type Read<Value> = (text: string) => Value | Expected;

/** What a text must be instead, to follow "must be". */
export class Expected {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Read<number> {
  const range =
    maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= minimum && value <= maximum ? value : new Expected(`a whole number ${range}`);
  };
}

/** Whoever gives an empty text has a variable in mind that is not set; to some calls it means "any". */
export const word: Read<string> = (text) =>
  text === '' ? new Expected('a text of at least one character') : text;

export function choice<const Values extends readonly string[]>(
  ...values: Values
): Read<Values[number]> {
  return (text) =>
    values.find((value) => value === text) ?? new Expected(`one of ${values.join(', ')}`);
}

/** Both words of each pair that people write into environment files. */
export const yesOrNo: Read<boolean> = (text) => {
  if (/^(?:true|1|yes|on)$/i.test(text)) return true;
  if (/^(?:false|0|no|off)$/i.test(text)) return false;
  return new Expected('true or false');
};

export const secret: Read<string> = (text) =>
  isLongEnough(text) ? text : new Expected('at least 32 bytes long');

/** The address of a server that speaks one of these protocols; what is wrong is never repeated. */
export function address(example: string, ...protocols: readonly string[]): Read<string> {
  return (text) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol) && new URL(text).host !== ''
      ? text
      : new Expected(`an address such as ${example}`);
}

/** The address of an HTTP API; a key has a setting of its own, and is not to be in it. */
export const apiAddress: Read<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password
    ? text
    : new Expected('an http or https address without a user, such as http://127.0.0.1:11434/v1');
};

/** What may follow `Bearer` in a header. */
export const headerValue: Read<string> = (text) =>
  /^[\x21-\x7e]+$/.test(text) ? text : new Expected('printable ASCII without spaces');

export const timeZone: Read<string> = (text) =>
  timeZoneOf(text) ?? new Expected('the IANA name of a time zone, such as UTC or Europe/Berlin');

export const origin: Read<string> = (text) =>
  isOrigin(text) ? text : new Expected('an origin such as https://chat.example.com, or *');

export const credentials: Read<UserCredentials> = (text) => {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) {
    return new Expected('name:password, such as ada:s3cret');
  }
  const user = { username: text.slice(0, colon), password: text.slice(colon + 1) };
  return userProblem(user) === undefined
    ? user
    : new Expected('name:password with a name of 1 to 255 characters');
};

/** How many proxies, or which: addresses, networks, and the names that `proxy-addr` gives to some. */
export const proxies: Read<number | readonly string[]> = (text) => {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.every(isProxy)
    ? entries
    : new Expected(
        'the number of proxies, or their addresses and networks (10.0.0.0/8), parted by commas',
      );
};
