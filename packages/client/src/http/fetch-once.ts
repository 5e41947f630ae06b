import { headers as headerNames } from '@chat/contract';
import { ConnectionError } from '../errors/call-errors.js';
import { ChatError } from '../errors/chat-error.js';
import { safeCause } from '../errors/safe-cause.js';
import type { CancellationScope } from '../lib/cancellation-scope.js';
import type { FetchInit, FetchLike } from '../types/platform.js';
import { readText } from './read-text.js';
import {
  createReplyEventReader,
  type ReplyEventReader,
  type StreamResult,
} from './reply-events.js';
import { redactHeaders, validateHeaders } from './request-headers.js';
import { runHook } from './run-hook.js';
import type { HttpDependencies, HttpResponse, RequestPlan } from './types.js';

/** Sends one request and reads the whole response, within the timeout, with hooks and logging. */
export async function fetchOnce(
  { name, label, method, url, body, headers: plannedHeaders, timeoutMs, onDelta }: RequestPlan,
  attempt: number,
  token: string | undefined,
  scope: CancellationScope,
  deps: HttpDependencies,
): Promise<HttpResponse> {
  const { logger, now, secrets } = deps;
  const context = { route: name, method, url, attempt };
  const startedAt = now();
  let response: HttpResponse;
  let isActive = false;
  const readEvents = onDelta && createReplyEventReader(onDelta);
  const onEvents =
    readEvents &&
    ((chunk: string) => {
      isActive = true;
      return readEvents(chunk);
    });
  try {
    response = await scope.waitFor(
      async (signal) => {
        const hookHeaders = { ...plannedHeaders };
        const hookRun = runHook(deps, 'onRequest', () => ({ ...context, headers: hookHeaders }));
        // Also without a hook: a call that is aborted at once sends nothing.
        await hookRun;
        // A copy: the hook may hold a reference to its object, and must not see the token.
        const headers: Record<string, string> = {
          ...(hookRun && validateHeaders(hookHeaders, 'headers of hooks.onRequest')),
          ...plannedHeaders,
        };
        if (token !== undefined) headers.authorization = `Bearer ${token}`;
        const init = {
          method,
          headers,
          signal,
          redirect: 'manual' as const,
          ...(body !== undefined && { body }),
        };
        return request(label, url, init, deps, onEvents);
      },
      timeoutMs,
      undefined,
      () => {
        // A reply may take any time, as long as the backend sends something.
        const extraMs = isActive ? timeoutMs : 0;
        isActive = false;
        return extraMs;
      },
    );
  } catch (error) {
    if (error instanceof ChatError) throw error;
    const cause = safeCause(error, secrets.redact);
    const { origin } = new URL(url);
    const page = globalThis.location?.origin;
    // A page cannot see more of a CORS error than that there is no response.
    const hint = page && page !== origin ? ` Perhaps CORS does not allow the origin ${page}.` : '';
    throw new ConnectionError(
      `No response to ${label} from ${origin}${errorCodeNote(cause)}.${hint}`,
      { cause },
    );
  }
  const { status } = response;
  const durationMs = now() - startedAt;
  logger.debug(`Received the response to ${label}.`, { attempt, status, durationMs });
  void runHook(deps, 'onResponse', () => {
    const headers = redactHeaders(response.headers, secrets.redact);
    return { ...context, status, headers, durationMs };
  });
  return response;
}

async function request(
  label: string,
  url: string,
  init: FetchInit,
  { fetch, sendRequest, secrets: { redact }, maxResponseBytes, capabilities }: HttpDependencies,
  onEvents: ReplyEventReader | undefined,
): Promise<HttpResponse> {
  // `fetch` is looked up per request, because a mock may replace the global one.
  const [response, { note = '', refusal }] = await sendRequest(
    fetch ?? (globalThis.fetch as FetchLike),
    url,
    init,
  );
  // Before the body: if it is interrupted, the next attempt depends on the capabilities.
  capabilities.update(response);
  const { headers } = response;
  const id = headers.get(headerNames.requestId);
  let result: StreamResult | undefined;
  const ok = response.ok && !refusal;
  const isStream = ok && onEvents && headers.get('content-type')?.startsWith('text/event-stream');
  const text = await readText(response, maxResponseBytes, (chunk) => {
    if (isStream) result ??= onEvents(chunk);
    return result;
  });
  if (isStream && !result && text !== undefined) throw Error('The stream ended early.');
  const [status, body] = result ?? [response.status, text];
  return {
    status,
    ok: ok && status < 300,
    headers,
    text: body,
    requestId: id === null ? undefined : redact(id),
    refusal,
    call: label + redact(note),
  };
}

/** The runtime's code, such as ECONNREFUSED: the message of a failed fetch does not contain the cause. */
function errorCodeNote({ code, cause }: { code?: unknown; cause?: unknown }): string {
  if (typeof code === 'string') return ` (${code})`;
  return cause ? errorCodeNote(cause) : '';
}
