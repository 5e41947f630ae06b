import { basePath, type RouteName } from '@chat/contract';
import { type HttpHandler, HttpResponse, http } from 'msw';
import { refuse } from '../chat/answer.js';
import type { ChatAnswer } from '../chat/api.js';
import { Problem, tooManyRequests } from '../chat/problem.js';
import { MockRequest, routeOf } from './mock-request.js';
import type { MockFault, MockRateLimit } from './options.js';
import type { World } from './world.js';

export interface HttpDoor {
  readonly baseUrl: string;
  world(): World;
  takeFault(route: RouteName): MockFault | undefined;
  takeRateLimit(route: RouteName): MockRateLimit | undefined;
  /** Told of every call as it comes in; what it returns is told how the call ended. */
  record(call: {
    route: RouteName | undefined;
    request: Request;
    bytes: Uint8Array;
  }): (status: number | 'network error') => void;
}

/** One handler for all that is below the base path, so that an unknown path is our 404. */
export function createHttpHandler(door: HttpDoor): HttpHandler {
  const prefix = new URL(door.baseUrl).pathname.replace(/\/$/, '') + basePath;
  return http.all(`${door.baseUrl}${basePath}/*`, async ({ request }) => {
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    const route = routeOf(request.method, new URL(request.url).pathname.slice(prefix.length));
    const ended = door.record({ route, request, bytes });
    const answer = await answerCall(door, route, new MockRequest(request, bytes));
    ended(answer?.status ?? 'network error');
    if (answer === undefined) return HttpResponse.error();
    return new HttpResponse(JSON.stringify(answer.body), {
      status: answer.status,
      headers: { ...answer.headers, 'Content-Type': 'application/json; charset=utf-8' },
    });
  });
}

/** `undefined` when the connection is to break. */
async function answerCall(
  door: HttpDoor,
  route: RouteName | undefined,
  request: MockRequest,
): Promise<ChatAnswer | undefined> {
  const world = door.world();
  await world.ready;
  const refuseWith = (problem: Problem) => refuse(request, problem, world.identifiers);
  if (route === undefined) return refuseWith(new Problem(404, 'There is nothing at this path.'));
  const limit = door.takeRateLimit(route);
  if (limit !== undefined) {
    const sentence = `Too many calls; wait ${limit.retryAfter} s and try again.`;
    return refuseWith(tooManyRequests(sentence, limit.retryAfter * 1000));
  }
  const fault = door.takeFault(route);
  if (fault === undefined) return world.api.handle(route, request);
  if (fault.delayMs !== undefined) await waitFor(fault.delayMs);
  const carriedOut = fault.afterwards ? await world.api.handle(route, request) : undefined;
  if ('network' in fault) return undefined;
  if ('status' in fault)
    return failWith(refuseWith(new Problem(500, sentenceOf(fault))), fault.status);
  return carriedOut ?? world.api.handle(route, request);
}

function sentenceOf(fault: { detail?: string; status: number }): string {
  return fault.detail ?? `The mock was told to answer this call with ${fault.status}.`;
}

function failWith(answer: ChatAnswer, status: number): ChatAnswer {
  const challenge = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
  return { ...answer, status, headers: { ...answer.headers, ...challenge } };
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
