const maxDepth = 5;

/**
 * A copy of an error of somebody else's that is fit to be our `cause`: name, message, code and stack,
 * secrets replaced. Fetch errors may hold the whole request, and with it the token.
 */
export function safeCause(error: unknown, redact: (text: string) => string, depth = 0): Error {
  const { name, message, code, stack, cause } = readable(error);
  const copy = new Error(redact(message));
  Object.defineProperty(copy, 'name', { value: redact(name), configurable: true });
  copy.stack = redact(stack ?? `${name}: ${message}`);
  if (typeof code === 'string') Object.assign(copy, { code: redact(code) });
  if (cause !== undefined && depth < maxDepth) {
    Object.defineProperty(copy, 'cause', { value: safeCause(cause, redact, depth + 1) });
  }
  return copy;
}

function readable(error: unknown) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, cause, code } = error as Error & { code?: unknown };
  return { name: String(name), message: String(message), stack, cause, code };
}
