import { type RouteName, type RouteSpec, routeSpecs } from '@chat/contract';
import type { ChatRequest, ChatResponse, StreamedResponse } from './api.js';
import type { Identity } from './auth/authentication.js';
import type { DomainContext } from './context.js';
import {
  type HttpError,
  invalidToken,
  tooManyRequests,
  unauthorized,
  unavailable,
} from './errors.js';
import type { Outcome } from './handlers/handler.js';
import { handlers } from './handlers/handlers.js';
import { acceptsEvents } from './http/accepts-events.js';
import { anonymousBodyMaxBytes } from './http/body-size.js';
import { reportError } from './report-error.js';

/** The caller of a route without authentication. */
const anonymous: Identity = { userId: '', jti: '', expiresAt: 0 };

/** Responses contain private data and tokens. */
const commonHeaders = { 'Cache-Control': 'no-store' };

/** Proxies must pass on each event at once: nginx buffers responses by default, and so does compression. */
const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** Runs the handler of a route. Never rejects: an error becomes an error response. */
export async function dispatch(
  context: DomainContext,
  name: RouteName,
  request: ChatRequest,
): Promise<ChatResponse | StreamedResponse> {
  const report = (err: unknown) => reportError(context, request, err, { route: name });
  try {
    const outcome = await execute(context, name, request);
    if ('events' in outcome) {
      const { events, headers } = outcome;
      return { status: 200, headers: { ...streamHeaders, ...headers }, events };
    }
    const json = 'json' in outcome ? outcome.json : JSON.stringify(outcome.body);
    return {
      status: 200,
      headers: { ...commonHeaders, ...outcome.headers },
      json: typeof json === 'string' ? json : reported(json, report),
    };
  } catch (err) {
    return errorResponse(report(err));
  }
}

/** The status of the response is already sent, so its client only notices that it ends early. */
async function* reported(
  parts: AsyncIterable<string>,
  report: (error: unknown) => void,
): AsyncGenerator<string, undefined> {
  try {
    yield* parts;
  } catch (error) {
    report(error);
    throw error;
  }
}

export function errorResponse(error: HttpError): ChatResponse & { readonly json: string } {
  return {
    status: error.status,
    headers: { ...commonHeaders, ...error.headers },
    json: JSON.stringify({ detail: error.message }),
  };
}

async function execute(context: DomainContext, name: RouteName, request: ChatRequest) {
  const { auth, method, rateLimit }: RouteSpec = routeSpecs[name];
  assertNotStopping(context);
  const identify = () =>
    auth ? authenticate(context, request, canDeferCheck(name, request)) : anonymous;
  let caller = await identify();
  if (request.receiveBody !== undefined && method !== 'GET') {
    // A slow body must not delay the shutdown: it is rejected when it arrives.
    await context.inFlight.runOutside(receiveBody(context, request, caller));
    assertNotStopping(context);
    // The user may have logged out while the body was received.
    caller = await identify();
  }
  try {
    const work = handlers[name](context, request);
    if (rateLimit !== undefined) await consumeRateLimit(context, rateLimit, request, caller);
    const run = (): Promise<Outcome<unknown>> => work(caller);
    return await (auth && method === 'GET'
      ? context.reads.run(caller.userId, request, run)
      : run());
  } catch (error) {
    // A revoked token gets a 401 and no other error, also when the request failed before its transaction.
    if (caller.confirm !== undefined) await authenticate(context, request, false);
    throw error;
  }
}

/** Only a few large bodies of a user at a time: each is held in memory, and its client may send it slowly. */
async function receiveBody(
  { bodies }: DomainContext,
  request: ChatRequest,
  { userId }: Identity,
): Promise<void> {
  // A body without a length may be large.
  const isSmall = Number(request.header('content-length')) <= anonymousBodyMaxBytes;
  if (isSmall || userId === anonymous.userId) return request.receiveBody?.();
  const release = await bodies.acquire(userId, request);
  try {
    await request.receiveBody?.();
  } finally {
    release();
  }
}

/** A streamed response may contain text of a reply in progress before its transaction. */
function canDeferCheck(name: RouteName, request: ChatRequest): boolean {
  return name === 'sendMessage' && !acceptsEvents(request);
}

function assertNotStopping(context: DomainContext): void {
  if (context.isStopping()) throw unavailable('The server is stopping; try again.');
}

/** @param deferCheck the handler's transaction checks whether the token is revoked */
async function authenticate(
  context: DomainContext,
  request: ChatRequest,
  deferCheck: boolean,
): Promise<Identity> {
  const header = request.header('authorization');
  if (header === undefined) {
    throw unauthorized('This request needs a token: send "Authorization: Bearer <access_token>".');
  }
  const [, token] = /^Bearer +([^ ]+) *$/i.exec(header) ?? [];
  if (token === undefined) {
    throw unauthorized('The Authorization header must be "Bearer <access_token>".');
  }
  const caller = await context.authentication.identify(token, deferCheck);
  if (caller === undefined) throw invalidToken();
  return caller;
}

async function consumeRateLimit(
  { rateLimits }: DomainContext,
  rateLimit: 'login' | 'chat',
  request: ChatRequest,
  caller: Identity,
): Promise<void> {
  const result = await (rateLimit === 'login'
    ? rateLimits.login(request.ip)
    : rateLimits.chat(caller.userId));
  if (result.granted) return;
  const what = rateLimit === 'login' ? 'login attempts' : 'messages';
  const seconds = Math.max(1, Math.ceil(result.retryAfterMs / 1000));
  throw tooManyRequests(
    `Too many ${what} in a short time; wait ${seconds} s and try again.`,
    result.retryAfterMs,
  );
}
