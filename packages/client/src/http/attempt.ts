import type { HttpExtension } from '@chat/contract';
import { ExtensionUnavailableError } from '../errors/extension-unavailable-error.js';
import { RateLimitError } from '../errors/rate-limit-error.js';
import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import type { HttpDependencies } from './dependencies.js';
import type { Answer } from './exchange.js';
import type { Journey } from './journey.js';
import { refusal } from './refusal.js';
import { send } from './send.js';
import { readAnswer } from './validate-answer.js';

/**
 * One try, which may take two requests: a refused token is renewed once, beneath the retries, and
 * spends none of them.
 */
export async function attempt(journey: Journey, deps: HttpDependencies): Promise<unknown> {
  const { route, fixedToken } = journey;
  if (!route.auth) return read(await send(journey, undefined, deps), journey, deps);
  const token = fixedToken ?? (await currentToken(journey, deps));
  const { refusals } = deps.tokens();
  let answer = await send(journey, token, deps);
  if (answer.status === 401 && fixedToken === undefined) {
    const fresh = await renewedToken(journey, { token, refusals }, answer, deps);
    answer = await send(journey, fresh, deps);
  }
  return read(answer, journey, deps);
}

function read(answer: Answer, journey: Journey, deps: HttpDependencies): unknown {
  const { route, name, label } = journey;
  if (answer.ok) return readAnswer(answer, route, label, deps.validate);
  const error = refused(answer, journey, deps);
  const unknownRoute = [404, 405, 501].includes(answer.status) && route.layer === 'extension';
  if (unknownRoute && !deps.announced.has(name as HttpExtension)) {
    throw new ExtensionUnavailableError(name, { cause: error });
  }
  throw error;
}

function currentToken(journey: Journey, deps: HttpDependencies): string | Promise<string> {
  const tokens = deps.tokens();
  if (tokens.epoch !== journey.epoch) throw new TokenUnavailableError('logged_out');
  return tokens.peek() ?? waitForToken(journey, deps, () => tokens.token());
}

async function renewedToken(
  journey: Journey,
  { token, refusals }: { token: string; refusals: number },
  answer: Answer,
  deps: HttpDependencies,
): Promise<string> {
  const tokens = deps.tokens();
  if (tokens.epoch !== journey.epoch) throw new TokenUnavailableError('logged_out');
  try {
    return await waitForToken(journey, deps, () => tokens.refresh(token, undefined, refusals));
  } catch (error) {
    const nothingToRenewWith = error instanceof TokenUnavailableError && error.reason === 'none';
    throw nothingToRenewWith ? refused(answer, journey, deps) : error;
  }
}

async function waitForToken(
  journey: Journey,
  deps: HttpDependencies,
  ask: () => Promise<string>,
): Promise<string> {
  const { scope, timeoutMs } = journey;
  // While the gate holds back the login, its silence is not the backend's.
  const grace = () => (deps.gate.waitMs() > 0 ? deps.gate.waitMs() + timeoutMs : 0);
  try {
    return await scope.run(ask, timeoutMs, 'Getting a token', grace);
  } catch (error) {
    // The login has waited and tried for itself.
    if (error instanceof RateLimitError) journey.lost = true;
    throw error;
  }
}

function refused(answer: Answer, { label, attempt }: Journey, deps: HttpDependencies) {
  const { now, secrets } = deps;
  return refusal(answer, { call: label, attempts: attempt, now, redact: secrets.redact });
}
