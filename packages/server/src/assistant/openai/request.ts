import type { Clock } from '../../chat/ports.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { codeOf, startOf } from './body.js';
import { failureIn, parse } from './failure.js';
import type { OpenAiSettings } from './options.js';
import { Patience } from './patience.js';
import { retryWait } from './retry-wait.js';

export interface Answer {
  readonly response: Response;
  /** For whoever reads on; ends with `end`. */
  readonly patience: Patience;
}

/** One try's end without an answer. */
interface Failed {
  readonly error: AssistantEndpointError;
  readonly again: boolean;
  readonly headers?: Headers;
}

const failureMaxLength = 16_384;

/**
 * The endpoint's answer, at the moment when it begins.
 * @throws {AssistantEndpointError} when all tries are used up, or one more is of no use
 */
export async function request(
  settings: OpenAiSettings,
  url: string,
  body: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await tryOnce(settings, url, body, clock, signal);
    if ('response' in outcome) return outcome;
    const wait = attempt < settings.maxRetries && outcome.again;
    const waitMs = wait ? retryWait(attempt, outcome.headers, clock.now()) : undefined;
    if (waitMs === undefined) throw outcome.error;
    await pause(waitMs, clock, signal);
  }
}

async function tryOnce(
  settings: OpenAiSettings,
  url: string,
  body: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer | Failed> {
  const patience = new Patience(signal, clock, settings.timeoutMs);
  let response: Response | undefined;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: settings.headers,
      body,
      // A question that is sent elsewhere becomes a GET, or takes the key along.
      redirect: 'manual',
      signal: patience.signal,
    });
    if (response.ok) {
      patience.heard();
      return { response, patience };
    }
    return await refused(response, patience, settings.apiKey);
  } catch (error) {
    signal.throwIfAborted();
    return { error: unreachable(error), again: response === undefined };
  } finally {
    if (response?.ok !== true) patience.end();
  }
}

async function refused(
  response: Response,
  patience: Patience,
  apiKey: string | undefined,
): Promise<Failed> {
  const { headers, status } = response;
  // The status says enough when the rest is lost on the way.
  const { text } = await startOf(response, patience, failureMaxLength).catch(() => ({ text: '' }));
  const failure = failureIn(parse(text), apiKey);
  const again =
    (status === 408 || status === 429 || status >= 500) && failure?.code !== 'insufficient_quota';
  return {
    error: new AssistantEndpointError(sentenceOf(status, failure?.message), { status }),
    again,
    headers,
  };
}

function sentenceOf(status: number, message: string | undefined): string {
  const answered = `The assistant's endpoint answered ${status}`;
  // What it says about a key may hold parts of it.
  if (status === 401 || status === 403) return `${answered}: it does not accept the key.`;
  if (message !== undefined) return `${answered}: ${message}`;
  if (status === 404) return `${answered}: is this the address of an API, and is the model there?`;
  if (status >= 300 && status < 400) return `${answered}: the API is at another address.`;
  return `${answered}.`;
}

function unreachable(error: unknown): AssistantEndpointError {
  if (error instanceof AssistantEndpointError) return error;
  return new AssistantEndpointError(`The assistant's endpoint cannot be reached${codeOf(error)}.`);
}

/** @throws the signal's reason as soon as it is aborted */
function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      stop();
      reject(signal.reason);
    };
    const stop = clock.after(ms, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    signal.addEventListener('abort', leave, { once: true });
  });
}
