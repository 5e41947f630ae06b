import { headers as headerNames } from '@chat/contract';
import { demand, isVisibleAscii } from '../demand.js';
import type { CallOptions } from '../types/call-options.js';

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const longestKey = 255;
const json = 'application/json';

/**
 * Headers of the application. Checked here, because runtimes report a bad header with its value; in
 * lower case, because a fetch would join two spellings of one name.
 */
export function checkedHeaders(
  given: CallOptions['headers'] = {},
  option = 'headers',
): Record<string, string> {
  const expectation = 'an object of header names and header values';
  demand(typeof given === 'object' && given !== null, option, expectation);
  const entries: Iterable<readonly [string, string]> =
    Symbol.iterator in given ? given : Object.entries(given);
  const headers: Record<string, string> = {};
  for (const [name, value] of entries) {
    const sound = headerName.test(name) && typeof value === 'string' && headerValue.test(value);
    demand(sound, option, `${expectation}, which ${JSON.stringify(name)} is not`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** The headers of a call, all but the token. */
export function requestHeaders(
  hasBody: boolean,
  options: CallOptions & { readonly return?: string | undefined },
  key: string | undefined,
): Record<string, string> {
  const headers = checkedHeaders(options.headers);
  const set = (name: string, value: string) => {
    headers[name.toLowerCase()] = value;
  };
  set('accept', json);
  if (hasBody) set('content-type', json);
  if (options.return) set(headerNames.prefer, `return=${options.return}`);
  if (key !== undefined) {
    const sound = isVisibleAscii(key) && key.length <= longestKey;
    demand(sound, 'idempotencyKey', `1 to ${longestKey} visible ASCII characters without spaces`);
    set(headerNames.idempotencyKey, key);
  }
  return headers;
}
