import { headers as headerNames, type RouteName } from '@chat/contract';
import type { ChatResponse, StreamedResponse } from '../../domain/api.js';
import { errorResponse } from '../../domain/dispatch.js';
import { HttpError, tooManyRequests, unauthorized, unavailable } from '../../domain/errors.js';
import { commonHeaders } from '../../domain/http/common-headers.js';
import { wholeJson } from '../../domain/http/json-parts.js';
import { eventStream } from './event-stream.js';
import type { MockBackend } from './mock-backend.js';
import { findRoute, MockRequest, type ReceivedRequest } from './mock-request.js';
import type { MockFault, MockRateLimit } from './options.js';

/** A response of the mock, for any adapter. */
export interface MockResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for HEAD; a stream for server-sent events. */
  readonly body: string | ReadableStream<Uint8Array> | null;
}

/**
 * Handles a request: applies the faults of its route, calls the domain and records the result.
 * @param path the path below the base path, not decoded
 * @returns `undefined` for a network error
 */
export async function handleMockRequest(
  backend: MockBackend,
  request: ReceivedRequest,
  path: string,
): Promise<MockResponse | undefined> {
  const route = findRoute(request.method, path);
  const name = route instanceof HttpError ? undefined : route;
  const finished = backend.record(name, request);
  const chatRequest = new MockRequest(request, backend, name);
  const response = await respond(backend, route, chatRequest);
  finished(response?.status ?? 'network error');
  if (response === undefined) return undefined;
  const { status } = response;
  const headers = {
    ...commonHeaders(chatRequest.id),
    'Content-Type': 'application/json; charset=utf-8',
    ...response.headers,
  };
  if ('events' in response) return { status, headers, body: eventStream(response.events) };
  return {
    status,
    headers,
    body: request.method === 'HEAD' ? null : await wholeJson(response.json),
  };
}

/** `undefined` for a network error. */
async function respond(
  backend: MockBackend,
  route: RouteName | HttpError,
  request: MockRequest,
): Promise<ChatResponse | StreamedResponse | undefined> {
  await backend.ready;
  if (route instanceof HttpError) return errorResponse(route);
  const plan = backend.faults.take(route);
  if (plan === undefined) {
    const rejection = route === 'sendMessage' ? await replayRejection(backend, request) : undefined;
    return rejection ?? backend.api.handle(route, request);
  }
  if ('retryAfterSeconds' in plan) return errorResponse(rateLimitError(plan));
  if (plan.delayMs !== undefined) await delay(plan.delayMs);
  const processed = plan.afterProcessing ? await backend.api.handle(route, request) : undefined;
  const isLost = 'network' in plan || 'status' in plan;
  if (isLost && processed !== undefined && 'events' in processed) {
    await eventStream(processed.events).cancel();
  }
  if ('network' in plan) return undefined;
  if ('status' in plan) return { ...errorResponse(faultError(plan)), status: plan.status };
  return processed ?? backend.api.handle(route, request);
}

/** The recorded error response to this message, after its delay. */
async function replayRejection(
  backend: MockBackend,
  request: MockRequest,
): Promise<ChatResponse | undefined> {
  const rejection = backend.takeRejection(request.token, request.message, 'http');
  if (rejection === undefined) return undefined;
  const { turn, event } = rejection;
  await delay(event.delayMs);
  const { retryAfterSeconds, status = 500 } = turn;
  const response = errorResponse(faultError({ status, detail: event.error ?? '' }));
  const { [headerNames.retryAfter]: _, ...otherHeaders } = response.headers;
  const retryAfter =
    retryAfterSeconds === undefined ? {} : { [headerNames.retryAfter]: String(retryAfterSeconds) };
  return { ...response, status, headers: { ...otherHeaders, ...retryAfter } };
}

function rateLimitError({ retryAfterSeconds }: MockRateLimit): HttpError {
  const detailText = `Too many requests; wait ${retryAfterSeconds} s and try again.`;
  return tooManyRequests(detailText, retryAfterSeconds * 1000);
}

/** With the headers that the server always sends with this status. */
function faultError({ status, detail }: Extract<MockFault, { status: number }>): HttpError {
  const detailText = detail ?? `The mock is configured to respond with ${status}.`;
  if (status === 401) return unauthorized(detailText);
  if (status === 429) return tooManyRequests(detailText, 1000);
  if (status === 503) return unavailable(detailText);
  return new HttpError(500, detailText);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
