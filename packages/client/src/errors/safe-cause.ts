const maxDepth = 5;

/**
 * A copy of a foreign error that is safe to use as `cause`: only name, message, code, stack and cause, with
 * secrets redacted. The error of a `fetch` may hold the whole request, and with it the token.
 */
export function safeCause(error: unknown, redact: (text: string) => string, depth = 0): Error {
  try {
    return copyError(error, redact, depth);
  } catch {
    // Anything can be thrown: an object without a prototype, or with getters that throw.
    return new Error('The thrown value cannot be read.');
  }
}

function copyError(error: unknown, redact: (text: string) => string, depth: number): Error {
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
  return isUnchanged(error, copy) ? error : copy;
}

/** An error without secrets is used itself, so that an application recognizes its own error. */
function isUnchanged(error: unknown, copy: Error): error is Error {
  return (
    error instanceof Error &&
    Object.keys(error).every((key) => key === 'code') &&
    (['name', 'message', 'stack', 'cause'] as const).every((field) => error[field] === copy[field])
  );
}
