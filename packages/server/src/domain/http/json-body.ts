import { HttpError } from '../errors.js';

/** More than any request needs, and far below the depth where recursion overflows the stack. */
const maxDepth = 32;

// Removes a byte order mark, which some Windows programs write (RFC 8259, 8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The headers that describe a body. */
export interface BodyHeaders {
  readonly type: string | undefined;
  readonly encoding: string | undefined;
}

/**
 * Parses a JSON body in the same way for every adapter. An empty body is `undefined`, whatever its content type is:
 * `POST /logout` has none.
 * @throws {@link HttpError} 415 for another type, 400 for invalid UTF-8 or JSON.
 */
export function parseJsonBody(bytes: Uint8Array, { type, encoding }: BodyHeaders): unknown {
  if (bytes.length === 0) return undefined;
  assertJson(type);
  assertUncompressed(encoding);
  const text = decode(bytes);
  if (isTooDeep(text)) {
    throw new HttpError(400, `The body must not nest deeper than ${maxDepth} levels.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's message quotes the body, which may contain a password.
    throw new HttpError(400, 'The body is not valid JSON.');
  }
}

/** RFC 8259 allows only UTF-8. A `charset` parameter that says UTF-8 is accepted. */
function assertJson(contentType = ''): void {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (type.trim() !== 'application/json') {
    throw new HttpError(415, 'The body must be sent as Content-Type: application/json.');
  }
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim() === 'charset' && !/^"?utf-?8"?$/.test(value.trim())) {
      throw new HttpError(415, 'The body must be encoded in UTF-8.');
    }
  }
}

function assertUncompressed(encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new HttpError(415, 'The body must not be compressed.');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new HttpError(400, 'The body is not valid UTF-8.');
  }
}

/**
 * Counts brackets outside of strings before parsing: a small body can contain a hundred thousand of them, and recursion
 * over the result would overflow the stack.
 */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charCodeAt(i);
    if (character === 0x22) i = endOfString(text, i);
    else if (character === 0x5b || character === 0x7b) depth += 1;
    else if (character === 0x5d || character === 0x7d) depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

/** The end of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const character = text.charCodeAt(i);
    if (character === 0x5c) i += 1;
    else if (character === 0x22) return i;
  }
  return text.length;
}
