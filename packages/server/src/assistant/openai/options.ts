/**
 * How an OpenAI-compatible endpoint is reached and what it is told.
 *
 * @example
 * ```ts
 * import { type OpenAiAssistantOptions, openAiAssistant } from '@chat/server';
 *
 * // A model on this machine, through Ollama: no key, and time to load it.
 * const options: OpenAiAssistantOptions = {
 *   baseUrl: 'http://127.0.0.1:11434/v1',
 *   model: 'llama3.2',
 *   systemPrompt: 'Answer in two sentences.',
 *   timeoutMs: 120_000,
 * };
 * const assistant = openAiAssistant(options);
 * ```
 */
export interface OpenAiAssistantOptions {
  /**
   * Where the API begins, `/v1` included: what comes before `/chat/completions`.
   * @default 'https://api.openai.com/v1'
   */
  readonly baseUrl?: string;
  /**
   * Sent as a Bearer token. It never appears in an error.
   * @default none: no `Authorization` is sent, as local servers want it
   */
  readonly apiKey?: string;
  /** The model, by the endpoint's own name for it, such as `gpt-4o-mini` or `llama3.2`. */
  readonly model: string;
  /**
   * Said to the model before every conversation.
   * @default none
   */
  readonly systemPrompt?: string;
  /**
   * How much of the session is sent, in tokens; the oldest messages are left out first, the one to
   * answer never. Three bytes of UTF-8 are counted as a token, which errs on the safe side.
   * @default 4096
   */
  readonly contextBudget?: number;
  /**
   * Where a reply is cut, in characters (UTF-16 code units).
   * @default 32000
   */
  readonly maxReplyLength?: number;
  /**
   * How long the endpoint may be silent, in milliseconds: before its answer begins, and between two
   * parts of it. How long a whole reply may take is the server's `assistantTimeoutMs`.
   * @default 30000
   */
  readonly timeoutMs?: number;
  /**
   * How often a request is repeated that failed before its answer began: no connection, silence, 408, 429
   * or 5xx. `Retry-After` is heeded; one of more than 20 seconds is left to whoever asks again.
   * @default 2
   */
  readonly maxRetries?: number;
  /**
   * Sent with every request besides our own.
   * @default none
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Members of the request's body besides `model`, `messages` and `stream`, such as `temperature`.
   * @default none
   */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** The options with nothing left open. */
export interface OpenAiSettings {
  /** Without a query and a slash at its end. */
  readonly baseUrl: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly apiKey: string | undefined;
  readonly model: string;
  readonly systemPrompt: string | undefined;
  readonly contextBudget: number;
  readonly maxReplyLength: number;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * @throws TypeError when an address, a key, a model or a header cannot be used
 * @throws RangeError when a figure cannot be used
 */
export function toSettings(options: OpenAiAssistantOptions): OpenAiSettings {
  const { apiKey, model } = options;
  if (typeof model !== 'string' || model.trim() === '') {
    throw new TypeError('model must be the name of a model, such as "gpt-4o-mini".');
  }
  return {
    ...placeOf(options.baseUrl ?? 'https://api.openai.com/v1'),
    headers: headersOf(apiKey, options.headers ?? {}),
    apiKey,
    model,
    systemPrompt: options.systemPrompt,
    contextBudget: figure('contextBudget', options.contextBudget ?? 4_096, 1),
    maxReplyLength: figure('maxReplyLength', options.maxReplyLength ?? 32_000, 1),
    timeoutMs: figure('timeoutMs', options.timeoutMs ?? 30_000, 1),
    maxRetries: figure('maxRetries', options.maxRetries ?? 2, 0),
    parameters: options.parameters ?? {},
  };
}

/** A query stays: some gateways want a version in it. */
function placeOf(baseUrl: string): Pick<OpenAiSettings, 'baseUrl' | 'query'> {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    // What was given is not repeated: people put keys into addresses.
    throw new TypeError(
      'baseUrl must be an http or https address without a user, such as http://127.0.0.1:11434/v1.',
    );
  }
  return {
    baseUrl: url.origin + url.pathname.replace(/\/+$/, ''),
    query: Object.fromEntries(url.searchParams),
  };
}

function headersOf(apiKey: string | undefined, given: Readonly<Record<string, string>>): Headers {
  // The errors of `Headers` repeat the value that they refuse.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TypeError('apiKey must be printable ASCII without spaces.');
  }
  const headers = new Headers({
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  });
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      throw new TypeError(
        `headers must have names and values that HTTP allows; "${name}" has not.`,
      );
    }
  }
  return headers;
}

function figure(name: string, value: number, minimum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new RangeError(`${name} must be a whole number from ${minimum}, not ${value}.`);
}
