const maxDepth = 5;

/**
 * A copy of an error of somebody else's that is fit to be our `cause`: name, message, code and stack,
 * secrets replaced. Fetch errors may hold the whole request, and with it the token.
 */
export function safeCause(error: unknown, redact: (text: string) => string, depth = 0): Error {
  try {
    return copyOf(error, redact, depth);
  } catch {
    // An object without a prototype, or one whose getters throw: anything can be thrown.
    return new Error('What was thrown cannot be shown.');
  }
}

function copyOf(error: unknown, redact: (text: string) => string, depth: number): Error {
  const { name, message, code, stack, cause } = (
    error instanceof Error ? error : { name: 'Error', message: error }
  ) as { [Field in 'name' | 'message' | 'code' | 'stack' | 'cause']?: unknown };
  const clean = (text: unknown) => redact(String(text));
  const copy = new Error(clean(message));
  Object.defineProperty(copy, 'name', { value: clean(name), configurable: true });
  copy.stack = clean(stack ?? copy);
  if (typeof code === 'string') Object.assign(copy, { code: clean(code) });
  if (cause !== undefined && depth < maxDepth) {
    Object.defineProperty(copy, 'cause', { value: safeCause(cause, redact, depth + 1) });
  }
  return copy;
}
