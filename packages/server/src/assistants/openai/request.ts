import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../domain/ports/index.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { post } from './http-transport.js';
import { InactivityTimeout } from './inactivity-timeout.js';
import type { OpenAiSettings } from './options.js';
import { parseError, parseJson } from './parse-error.js';
import { networkErrorCode, readPrefix } from './response-body.js';
import { retryDelayMs } from './retry-delay.js';

export interface CompletionResponse {
  readonly response: IncomingMessage;
  /** Reset it while reading; dispose it at the end. */
  readonly timeout: InactivityTimeout;
}

/** An attempt without a successful response. */
interface FailedAttempt {
  readonly error: AssistantEndpointError;
  readonly retryable: boolean;
  readonly headers?: IncomingMessage['headers'];
}

const maxErrorBodyLength = 16_384;

/**
 * Resolves with the endpoint's response when its headers have arrived.
 * @throws {AssistantEndpointError} after the last attempt, or when another attempt would not help
 */
export async function request(
  settings: OpenAiSettings,
  body: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<CompletionResponse> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await attemptOnce(settings, body, clock, signal);
    if ('response' in outcome) return outcome;
    const wait = attempt < settings.maxRetries && outcome.retryable;
    const waitMs = wait ? retryDelayMs(attempt, outcome.headers, clock.now()) : undefined;
    if (waitMs === undefined) throw outcome.error;
    await delay(waitMs, clock, signal);
  }
}

async function attemptOnce(
  settings: OpenAiSettings,
  body: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<CompletionResponse | FailedAttempt> {
  const timeout = new InactivityTimeout(signal, clock, settings.timeoutMs);
  let response: IncomingMessage | undefined;
  let ok = false;
  try {
    timeout.signal.throwIfAborted();
    // Redirects are not followed: that would turn the request into a GET, or send the key to another server.
    response = await post(settings, body, timeout.signal);
    const status = response.statusCode ?? 0;
    ok = status >= 200 && status < 300;
    timeout.reset();
    return ok ? { response, timeout } : await toFailedAttempt(response, timeout, settings);
  } catch (error) {
    signal.throwIfAborted();
    const through = settings.proxy && ` through the proxy ${settings.proxy.host}`;
    return { error: toNetworkError(error, timeout, through), retryable: response === undefined };
  } finally {
    if (!ok) {
      timeout.dispose();
      response?.destroy();
    }
  }
}

async function toFailedAttempt(
  response: IncomingMessage,
  timeout: InactivityTimeout,
  { apiKey, proxy, secrets }: OpenAiSettings,
): Promise<FailedAttempt> {
  const { headers, statusCode: status = 0 } = response;
  // If the body is lost, the status is enough.
  const text = await readPrefix(response, timeout, maxErrorBodyLength).catch(() => '');
  const failure = parseError(parseJson(text), secrets);
  const retryable =
    (status === 408 || status === 429 || status >= 500) && failure?.code !== 'insufficient_quota';
  const from = proxy && failure === undefined ? `, or the proxy ${proxy.host},` : '';
  const message = describeStatus(status, failure?.message, apiKey !== undefined, from);
  return { error: new AssistantEndpointError(message, { status }), retryable, headers };
}

function describeStatus(
  status: number,
  message: string | undefined,
  hasKey: boolean,
  orProxy: string,
): string {
  const responded = `The assistant's endpoint${orProxy} responded with ${status}`;
  // The endpoint's message about a key may contain parts of it.
  if (status === 401 || status === 403) {
    return `${responded}: it ${hasKey ? 'rejects the key' : 'requires a key'}.`;
  }
  if (message !== undefined) return `${responded}: ${message}`;
  if (status === 404) return `${responded}: is this the URL of an API, and does the model exist?`;
  if (status === 407) return `${responded}: the proxy requires a user name and a password.`;
  if (status >= 300 && status < 400) return `${responded}: the API is at another URL.`;
  return `${responded}.`;
}

function toNetworkError(
  error: unknown,
  timeout: InactivityTimeout,
  through = '',
): AssistantEndpointError {
  const reason = timeout.signal.aborted ? timeout.signal.reason : error;
  if (reason instanceof AssistantEndpointError) return reason;
  const code = networkErrorCode(reason);
  const hint = /CERT|SELF_SIGNED|ISSUER/.test(code)
    ? ' Set NODE_EXTRA_CA_CERTS to the file of its certificate authority.'
    : '';
  return new AssistantEndpointError(
    `The assistant's endpoint cannot be reached${through}${code}.${hint}`,
  );
}

/** @throws the signal's reason when it is aborted */
function delay(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
