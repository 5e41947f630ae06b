import { basePath, type RouteName } from '@chat/contract';
import { type HttpHandler, HttpResponse, http } from 'msw';
import { announcement } from '../chat/announcement.js';
import { refusal } from '../chat/answer.js';
import type { ChatAnswer } from '../chat/api.js';
import { Problem, tooManyRequests, unauthorized, unavailable } from '../chat/problem.js';
import { MockRequest, routeOf } from './mock-request.js';
import type { MockFault, MockRateLimit } from './options.js';
import { urlPattern } from './url-pattern.js';
import type { World } from './world.js';

/** One handler for all that is below the base path, so that an unknown path is our 404. */
export function createHttpHandler(baseUrl: string, worldNow: () => World): HttpHandler {
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, '') + basePath;
  return http.all(urlPattern(baseUrl + basePath, true), async ({ request }) => {
    // One world from beginning to end: a reset meanwhile leaves this call to its own.
    const world = worldNow();
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    const route = routeOf(request.method, new URL(request.url).pathname.slice(prefix.length));
    const name = route instanceof Problem ? undefined : route;
    const ended = world.record({ route: name, request, bytes });
    const call = new MockRequest(request, bytes, world);
    const answer = await answerCall(world, route, call);
    ended(answer?.status ?? 'network error');
    if (answer === undefined) return HttpResponse.error();
    const body = request.method === 'HEAD' ? null : answer.json;
    return new HttpResponse(body, {
      status: answer.status,
      headers: {
        ...announcement(call.id),
        ...answer.headers,
        'Content-Type': 'application/json; charset=utf-8',
      },
    });
  });
}

/** `undefined` when the connection is to break. */
async function answerCall(
  world: World,
  route: RouteName | Problem,
  request: MockRequest,
): Promise<ChatAnswer | undefined> {
  await world.ready;
  if (route instanceof Problem) return refusal(route);
  const plan = world.faults.take(route);
  if (plan === undefined) return world.api.handle(route, request);
  if ('retryAfter' in plan) return refusal(limited(plan));
  if (plan.delayMs !== undefined) await waitFor(plan.delayMs);
  const carriedOut = plan.afterwards ? await world.api.handle(route, request) : undefined;
  if ('network' in plan) return undefined;
  if ('status' in plan) return { ...refusal(failure(plan)), status: plan.status };
  return carriedOut ?? world.api.handle(route, request);
}

function limited({ retryAfter }: MockRateLimit): Problem {
  const sentence = `Too many calls; wait ${retryAfter} s and try again.`;
  return tooManyRequests(sentence, retryAfter * 1000);
}

/** With the headers that the status never comes without. */
function failure({ status, detail }: Extract<MockFault, { status: number }>): Problem {
  const sentence = detail ?? `The mock was told to answer this call with ${status}.`;
  if (status === 401) return unauthorized(sentence);
  if (status === 429) return tooManyRequests(sentence, 1000);
  if (status === 503) return unavailable(sentence);
  return new Problem(500, sentence);
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
