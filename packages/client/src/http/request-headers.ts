import { headers as headerNames } from '@chat/contract';
import { demand, isVisibleAscii } from '../demand.js';
import type { CallOptions } from '../types/call-options.js';

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const longestKey = 255;
const json = 'application/json';

/**
 * The headers of a call, all but the token. Checked here, because runtimes report a bad header
 * with its value; in lower case, because a fetch would join two spellings of one name.
 */
export function requestHeaders(
  hasBody: boolean,
  options: CallOptions & { readonly prefer?: string | undefined },
): Record<string, string> {
  const headers: Record<string, string> = {};
  const set = (name: string, value: string) => {
    headers[name.toLowerCase()] = value;
  };
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    const sound = headerName.test(name) && typeof value === 'string' && headerValue.test(value);
    demand(sound, 'headers', 'an object of header names and header values');
    set(name, value);
  }
  const { prefer, idempotencyKey: key } = options;
  set('accept', json);
  if (hasBody) set('content-type', json);
  if (prefer !== undefined) set(headerNames.prefer, prefer);
  if (key !== undefined) {
    const sound = isVisibleAscii(key) && key.length <= longestKey;
    demand(sound, 'idempotencyKey', `1 to ${longestKey} visible ASCII characters without spaces`);
    set(headerNames.idempotencyKey, key);
  }
  return headers;
}
