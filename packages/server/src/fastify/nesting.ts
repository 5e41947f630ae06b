const quote = 0x22;
const backslash = 0x5c;
const openers = new Set([0x5b, 0x7b]);
const closers = new Set([0x5d, 0x7d]);

/**
 * Whether JSON text nests arrays and objects deeper than `limit`. Asked before the text is parsed: a
 * hundred thousand brackets fit into a small body, and whatever walks the result by recursion would
 * overflow the stack.
 */
export function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === backslash) index += 1;
      else if (unit === quote) inString = false;
    } else if (unit === quote) {
      inString = true;
    } else if (openers.has(unit)) {
      depth += 1;
      if (depth > limit) return true;
    } else if (closers.has(unit)) {
      depth -= 1;
    }
  }
  return false;
}
