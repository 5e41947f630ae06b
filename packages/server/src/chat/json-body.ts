import { Problem } from './problem.js';

/** Deeper than any body of ours, and far from where parsing or walking a value runs out of stack. */
const maxDepth = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value of a request's JSON body, read the same way behind every door.
 * @param contentType the header as it came
 * @throws {@link Problem} 415 for another type, 400 for bytes that are no JSON in UTF-8.
 */
export function readJsonBody(bytes: Uint8Array, contentType: string | undefined): unknown {
  if (!isJson(contentType)) {
    throw new Problem(415, 'The body must be JSON: send "Content-Type: application/json".');
  }
  const text = decode(bytes);
  if (isTooDeep(text)) {
    throw new Problem(400, `The body must not be nested deeper than ${maxDepth} levels.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(400, 'The body must be JSON, and this is not.');
  }
}

/** RFC 8259 knows no charset but UTF-8; one that says so all the same is taken. */
function isJson(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  return (
    type.trim() === 'application/json' &&
    parameters.every((parameter) => {
      const [name = '', value = ''] = parameter.split('=');
      return name.trim() !== 'charset' || /^\s*"?utf-?8"?\s*$/.test(value);
    })
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem(400, 'The body must be valid UTF-8.');
  }
}

/** Counts brackets outside of strings: cheaper than to find out by parsing. */
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
