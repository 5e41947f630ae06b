import { Problem } from './problem.js';

/** Deeper than any body of ours, and far from where parsing or walking a value runs out of stack. */
const maxDepth = 32;

// A byte order mark is kept, and no JSON begins with one.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The headers that say how a body is written, as they came. */
export interface BodyHeaders {
  readonly type: string | undefined;
  readonly encoding: string | undefined;
}

/**
 * The value of a request's JSON body, read the same way behind every door. Where nothing was sent
 * there is no value, whatever type it claims: that is how `POST /logout` comes.
 * @throws {@link Problem} 415 for another type, 400 for bytes that are no JSON in UTF-8.
 */
export function readJsonBody(bytes: Uint8Array, { type, encoding }: BodyHeaders): unknown {
  if (bytes.length === 0) return undefined;
  requireJson(type);
  requirePlain(encoding);
  const text = decode(bytes);
  if (isTooDeep(text)) {
    throw new Problem(400, `The body must not nest deeper than ${maxDepth} levels.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the body, which may be a password.
    throw new Problem(400, 'The body is not valid JSON.');
  }
}

/** RFC 8259 knows no charset but UTF-8; one that says so all the same is taken. */
function requireJson(contentType = ''): void {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (type.trim() !== 'application/json') {
    throw new Problem(415, 'The body must be sent as Content-Type: application/json.');
  }
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim() === 'charset' && !/^"?utf-?8"?$/.test(value.trim())) {
      throw new Problem(415, 'The body must be encoded in UTF-8.');
    }
  }
}

function requirePlain(encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new Problem(415, 'The body must not be compressed.');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem(400, 'The body is not valid UTF-8.');
  }
}

/**
 * Counts brackets outside of strings, before anything is parsed: a hundred thousand of them fit into
 * a small body, and whatever walks the result by recursion would overflow the stack.
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

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    const character = text.charCodeAt(i);
    if (character === 0x5c) i += 1;
    else if (character === 0x22) return i;
  }
  return text.length;
}
