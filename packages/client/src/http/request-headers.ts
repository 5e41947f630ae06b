import { headers as headerNames } from '@chat/contract';
import { assertOption, isVisibleAscii } from '../options/validate.js';
import type { CallOptions } from '../types/call-options.js';
import type { FetchResponse } from '../types/platform.js';

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const maxKeyLength = 255;
const json = 'application/json';

/**
 * The application's headers. Validated here, because runtimes report an invalid header with its value; in lower
 * case, because `fetch` would join two spellings of one name.
 */
export function validateHeaders(
  headers: CallOptions['headers'] = {},
  option = 'headers',
): Record<string, string> {
  const expectation = 'an object of header names and header values';
  assertOption(typeof headers === 'object' && headers !== null, option, expectation);
  const entries: Iterable<readonly [string, string]> =
    Symbol.iterator in headers ? headers : Object.entries(headers);
  const validated: Record<string, string> = {};
  for (const [name, value] of entries) {
    assertOption(
      headerName.test(name) && typeof value === 'string' && headerValue.test(value),
      option,
      `${expectation}, which ${JSON.stringify(name)} is not`,
    );
    validated[name.toLowerCase()] = value;
  }
  return validated;
}

/** The headers of a call, without the token. */
export function requestHeaders(
  hasBody: boolean,
  options: CallOptions & { readonly return?: string | undefined },
  key: string | undefined,
  acceptsStream?: unknown,
): Record<string, string> {
  const headers = validateHeaders(options.headers);
  const set = (name: string, value: string) => {
    headers[name.toLowerCase()] = value;
  };
  // A core-only backend ignores the preferred type and responds with JSON.
  set('accept', acceptsStream ? `text/event-stream, ${json};q=0.9` : json);
  if (hasBody) set('content-type', json);
  if (options.return) set(headerNames.prefer, `return=${options.return}`);
  if (key !== undefined) {
    assertOption(
      isVisibleAscii(key) && key.length <= maxKeyLength,
      'idempotencyKey',
      `1 to ${maxKeyLength} visible ASCII characters without spaces`,
    );
    set(headerNames.idempotencyKey, key);
  }
  return headers;
}

/** Response headers for errors and hooks. Without cookies, which are secrets. */
export function redactHeaders(headers: FetchResponse['headers'], redact: (text: string) => string) {
  const record: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (!name.startsWith('set-cookie')) record[name] = redact(value);
  });
  return record;
}
