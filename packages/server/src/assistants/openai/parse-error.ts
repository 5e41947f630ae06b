export interface Failure {
  /** Without secrets and safe to log. */
  readonly message: string;
  readonly code: string | undefined;
}

/**
 * The error in a body or an event, in the format of OpenAI (`error.message`), Ollama (`error`), vLLM (`object: "error"`),
 * FastChat (`error_code`), MiniMax (`base_resp`), Groq (`x_groq.error`) or Google (a list); `undefined` when it has none.
 */
export function parseError(body: unknown, secrets: readonly string[]): Failure | undefined {
  if (Array.isArray(body)) return parseError(body[0], secrets);
  if (typeof body !== 'object' || body === null) return undefined;
  const {
    choices,
    error,
    object,
    type,
    x_groq: groq,
    base_resp: minimax,
    error_code: errorCode,
    error_msg: errorMessage,
    message = errorMessage,
    text,
  } = body as Record<string, unknown>;
  // Some gateways send an error with empty members next to the choices of each chunk.
  const isEmpty = Array.isArray(choices) && !Object.values(error ?? {}).some(Boolean);
  if (error && !isEmpty) {
    return toFailure(typeof error === 'object' ? error : { message: error }, secrets);
  }
  if (object === 'error' || type === 'error') return toFailure(body, secrets);
  if (groq) return parseError(groq, secrets);
  const result = (minimax ?? {}) as { status_code?: unknown; status_msg?: unknown };
  const code = errorCode ?? result.status_code;
  if (typeof code === 'number' && code !== 0) {
    return toFailure({ message: message ?? text ?? result.status_msg, code }, secrets);
  }
  return undefined;
}

/** The message of an event that says nothing else: of an error, or of the progress of a server. */
export function parsePossibleError(event: object, secrets: readonly string[]): string | undefined {
  const { message, detail, errors, msg } = event as Record<string, unknown>;
  const [text] = [message, detail, errors, msg].filter(Boolean);
  if (text === undefined) return undefined;
  return sanitize(typeof text === 'string' ? text : JSON.stringify(text), secrets);
}

function toFailure(error: object, secrets: readonly string[]): Failure {
  const { error: inner, message = inner, code } = error as Record<string, unknown>;
  if (typeof message === 'object' && message !== null) return toFailure(message, secrets);
  return {
    message: typeof message === 'string' ? sanitize(message, secrets) : 'without a reason.',
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : undefined,
  };
}

const maxMessageLength = 300;

function sanitize(text: string, secrets: readonly string[]): string {
  const safe = secrets.reduce((result, secret) => result.replaceAll(secret, '[key]'), text);
  const line = safe.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > maxMessageLength ? `${line.slice(0, maxMessageLength)}…` : line;
}

/** The value of a JSON text, or `undefined` when it is invalid. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
