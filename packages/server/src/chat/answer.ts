import { type RequestRules, type Route, type RouteName, requests, routes } from '@chat/contract';
import type { ChatAnswer, ChatRequest } from './api.js';
import type { Identity } from './authentication.js';
import type { House } from './handlers/handler.js';
import { handlers } from './handlers/table.js';
import { Problem, tooManyRequests, unauthorized, unavailable } from './problem.js';
import { StoreUnavailableError } from './store-unavailable-error.js';

/** The caller of a route that asks for no token. */
const nobody: Identity = { userId: '', jti: '', expiresAt: 0 };

/** Answers are one user's own, and one of them is a token. */
const common = { 'Cache-Control': 'no-store' };

/** Answers a call, whatever becomes of it. */
export async function answer(
  house: House,
  name: RouteName,
  request: ChatRequest,
): Promise<ChatAnswer> {
  try {
    const outcome = await carryOut(house, name, request);
    const json = 'json' in outcome ? outcome.json : JSON.stringify(outcome.body);
    return { status: 200, headers: { ...common, ...outcome.headers }, json };
  } catch (err) {
    const problem = problemOf(err);
    if (problem !== err) {
      house.logger.error({ requestId: request.id, route: name, err }, 'A call failed.');
    }
    return refusal(problem);
  }
}

/** What a call is told that is not carried out. */
export function refusal(problem: Problem): ChatAnswer {
  return {
    status: problem.status,
    headers: { ...common, ...problem.headers },
    json: JSON.stringify({ detail: problem.message }),
  };
}

/** What the caller is told; of a failure of ours, nothing but that it was one. */
function problemOf(err: unknown): Problem {
  if (err instanceof Problem) return err;
  if (err instanceof StoreUnavailableError) {
    return unavailable('The messages cannot be reached at the moment; try again.');
  }
  return new Problem(500, 'Something went wrong on our side; nothing is wrong with your call.');
}

async function carryOut(house: House, name: RouteName, request: ChatRequest) {
  const route: Route = routes[name];
  const { allowance }: RequestRules = requests[name];
  refuseWhenStopping(house);
  const identify = () => (route.auth ? authenticate(house, request) : nobody);
  let caller = await identify();
  if (request.arrived !== undefined) {
    await arrival(house, request.arrived());
    // A body may take its time, and its sender may have logged out meanwhile.
    caller = await identify();
  }
  const work = handlers[name](house, request);
  if (allowance !== undefined) await spend(house, allowance, request, caller);
  return work(caller);
}

/** A body that is slow to come does not keep a stopping server from ending; it comes too late then. */
async function arrival(house: House, arrived: Promise<void>): Promise<void> {
  await house.calls.pause(arrived);
  refuseWhenStopping(house);
}

function refuseWhenStopping(house: House): void {
  if (house.stopping()) throw unavailable('The server is stopping; try again.');
}

async function authenticate(house: House, request: ChatRequest): Promise<Identity> {
  const given = request.header('authorization');
  if (given === undefined) {
    throw unauthorized('This call needs a token: send "Authorization: Bearer <access_token>".');
  }
  const [, token] = /^Bearer +([^ ]+) *$/i.exec(given) ?? [];
  if (token === undefined) {
    throw unauthorized('The Authorization header must be "Bearer <access_token>".');
  }
  const caller = await house.authentication.identify(token);
  if (caller === undefined) {
    throw unauthorized('The token is not valid or no longer valid; log in again.');
  }
  return caller;
}

async function spend(
  { allowances }: House,
  allowance: 'login' | 'chat',
  request: ChatRequest,
  caller: Identity,
): Promise<void> {
  const taken = await (allowance === 'login'
    ? allowances.login(request.ip)
    : allowances.chat(caller.userId));
  if (taken.granted) return;
  const what = allowance === 'login' ? 'login attempts' : 'messages';
  throw tooManyRequests(
    `Too many ${what} in a short time; wait ${Math.max(1, Math.ceil(taken.retryAfterMs / 1000))} s and try again.`,
    taken.retryAfterMs,
  );
}
