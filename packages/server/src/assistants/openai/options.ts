import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import * as z from 'zod/mini';
import {
  assertOptions,
  boolean,
  type OptionSchemas,
  option,
  optionsObject,
} from '../../options/assert-options.js';
import { createTunnelAgent } from './proxy.js';

/**
 * Options of {@link openAiAssistant}.
 *
 * @example
 * ```ts
 * import { type OpenAiAssistantOptions, openAiAssistant } from '@chat/server';
 *
 * // A model on this machine, through Ollama: no key.
 * const options: OpenAiAssistantOptions = {
 *   baseUrl: 'http://127.0.0.1:11434/v1',
 *   model: 'llama3.2',
 *   systemPrompt: 'Answer in two sentences.',
 * };
 * const assistant = openAiAssistant(options);
 * ```
 */
export interface OpenAiAssistantOptions {
  /**
   * The base URL of the API, including `/v1`: the part before `/chat/completions`.
   * @default 'https://api.openai.com/v1'
   */
  readonly baseUrl?: string;
  /**
   * Sent as a Bearer token. It never appears in an error.
   * @default no `Authorization` header, for local servers
   */
  readonly apiKey?: string;
  /** The endpoint's name of the model, such as `gpt-4o-mini` or `llama3.2`. */
  readonly model: string;
  /**
   * The system message at the start of every conversation.
   * @default none
   */
  readonly systemPrompt?: string;
  /**
   * How much of the session is sent, in tokens. The oldest messages are omitted first, the newest one never. Three bytes of
   * UTF-8 count as one token, which is a safe estimate.
   * @default 4096
   */
  readonly contextBudget?: number;
  /**
   * The maximum number of messages that are sent, if `contextBudget` allows as many.
   * @default 100
   */
  readonly contextMessages?: number;
  /**
   * Whether users see the reasoning of a model, at the start of the reply between `<think>` and `</think>` or the model's own tags.
   * @default false
   */
  readonly showReasoning?: boolean;
  /**
   * Whether the model's replies start with reasoning without `<think>`, because its chat template ends the prompt with that tag.
   * A reply without `</think>`, or another end tag at the start of a line, is then empty.
   * @default false
   */
  readonly startsWithReasoning?: boolean;
  /**
   * Maximum length of a reply, in characters (UTF-16 code units). A longer one is cut and marked as `truncated`.
   * @default 32000
   */
  readonly maxReplyLength?: number;
  /**
   * How long the endpoint may send nothing, in milliseconds: before the response starts, and between two chunks. A model that
   * must be loaded first can need minutes.
   * @default no limit, except the server's `assistantTimeoutMs` for the whole reply
   */
  readonly timeoutMs?: number;
  /**
   * How often a request is retried that failed before the response started: no connection, timeout, 408, 429 or 5xx. A
   * `Retry-After` is respected; after one of more than 20 seconds there is no retry.
   * @default 2
   */
  readonly maxRetries?: number;
  /**
   * Additional headers of every request.
   * @default none
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Additional members of the request body, such as `temperature`. `model`, `messages` and `stream` cannot be replaced.
   * @default none
   */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /**
   * The URL of an HTTP proxy, such as `http://user:password@proxy.example:3128`. The variables `HTTPS_PROXY`, `HTTP_PROXY`
   * and `NO_PROXY` are only read by the program `chat-server`.
   * @default none
   */
  readonly proxy?: string;
}

/** The options with all defaults. */
export interface OpenAiSettings {
  /** Ends in `/chat/completions`; the query of the base URL follows. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: HttpAgent;
  /** Only for an `http` URL: the proxy of an `https` URL is part of the agent. */
  readonly proxy: URL | undefined;
  readonly apiKey: string | undefined;
  /** Removed from the messages of the endpoint. */
  readonly secrets: readonly string[];
  readonly model: string;
  readonly systemPrompt: string | undefined;
  readonly contextBudget: number;
  readonly contextMessages: number;
  readonly showReasoning: boolean;
  readonly startsWithReasoning: boolean;
  readonly maxReplyLength: number;
  readonly timeoutMs: number | undefined;
  readonly maxRetries: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `resolveOptions` checks the values of `z.any()` itself. */
const optionsSchema = optionsObject(
  {
    baseUrl: z.any(),
    apiKey: z.any(),
    model: z.any(),
    systemPrompt: z.string('a string'),
    contextBudget: z.any(),
    contextMessages: z.any(),
    showReasoning: boolean,
    startsWithReasoning: boolean,
    maxReplyLength: z.any(),
    timeoutMs: z.any(),
    maxRetries: z.any(),
    headers: option('an object of header names and header values', isObject, { secret: true }),
    parameters: option('an object such as { temperature: 0.2 }', isObject),
    proxy: z.any(),
  } satisfies OptionSchemas<OpenAiAssistantOptions>,
  ['model'],
);

/**
 * @throws TypeError when an option is unknown, or a URL, a key, a model or a header is invalid
 * @throws RangeError when a number is invalid
 */
export function resolveOptions(options: OpenAiAssistantOptions): OpenAiSettings {
  assertOptions(optionsSchema, options);
  const { apiKey, model } = options;
  if (typeof model !== 'string' || model.trim() === '') {
    throw new TypeError('model must be the name of a model, such as "gpt-4o-mini".');
  }
  const url = parseBaseUrl(options.baseUrl ?? 'https://api.openai.com/v1');
  const proxy = parseProxy(options.proxy);
  const custom = Object.values(options.headers ?? {});
  return {
    url,
    headers: buildHeaders(apiKey, options.headers ?? {}),
    agent: createAgent(url, proxy),
    proxy: url.protocol === 'http:' ? proxy : undefined,
    apiKey,
    secrets: [...custom, apiKey ?? ''].filter((value) => value.length >= minSecretLength),
    model,
    systemPrompt: options.systemPrompt,
    contextBudget: assertInteger('contextBudget', options.contextBudget ?? 4_096, 1),
    contextMessages: assertInteger('contextMessages', options.contextMessages ?? 100, 1),
    showReasoning: options.showReasoning ?? false,
    startsWithReasoning: options.startsWithReasoning ?? false,
    maxReplyLength: assertInteger('maxReplyLength', options.maxReplyLength ?? 32_000, 1),
    timeoutMs:
      options.timeoutMs === undefined
        ? undefined
        : assertInteger('timeoutMs', options.timeoutMs, 1),
    maxRetries: assertInteger('maxRetries', options.maxRetries ?? 2, 0),
    parameters: options.parameters ?? {},
  };
}

/** Shorter values of headers are words that a message may contain. */
const minSecretLength = 6;

/** Keeps the query: some gateways require a version in it. */
function parseBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    // The message does not repeat the URL: it may contain a key.
    throw new TypeError(
      'baseUrl must be an http or https URL without a user name, such as http://127.0.0.1:11434/v1.',
    );
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  url.hash = '';
  return url;
}

function parseProxy(proxy: string | undefined): URL | undefined {
  if (proxy === undefined) return undefined;
  if (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)) return new URL(proxy);
  // The message does not repeat the URL: it may contain a password.
  throw new TypeError('proxy must be an http or https URL, such as http://proxy.example:3128.');
}

function createAgent(url: URL, proxy: URL | undefined): HttpAgent {
  const options = { keepAlive: true };
  if (url.protocol === 'https:') {
    return proxy === undefined ? new HttpsAgent(options) : createTunnelAgent(proxy, options);
  }
  return proxy?.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
}

function buildHeaders(
  apiKey: string | undefined,
  custom: Readonly<Record<string, string>>,
): Record<string, string> {
  // The errors of `Headers` repeat the invalid value.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TypeError('apiKey must be printable ASCII without spaces.');
  }
  const headers = new Headers({
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  });
  for (const [name, value] of Object.entries(custom)) {
    try {
      headers.set(name, value);
    } catch {
      throw new TypeError(
        `headers must have names and values that HTTP allows; "${name}" is invalid.`,
      );
    }
  }
  return Object.fromEntries(headers);
}

function assertInteger(name: string, value: number, minimum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new RangeError(`${name} must be an integer of at least ${minimum}, not ${value}.`);
}
