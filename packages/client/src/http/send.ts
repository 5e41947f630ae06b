import { ChatError } from '../errors/chat-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { safeCause } from '../errors/safe-cause.js';
import type { HttpDependencies } from './dependencies.js';
import { type Answer, exchange } from './exchange.js';
import { tellHook } from './hooks.js';
import type { Journey } from './journey.js';
import { headerRecord } from './refusal.js';

/** One request of a journey and its answer, within the time of one try, seen by hooks and logger. */
export async function send(
  journey: Journey,
  token: string | undefined,
  deps: HttpDependencies,
): Promise<Answer> {
  const { name: route, url, attempt, label } = journey;
  const { hooks, logger, now } = deps;
  const { method } = journey.route;
  const startedAt = now();
  const answer = await receive(journey, token, deps);
  deps.announced.learn(answer);
  const durationMs = now() - startedAt;
  logger.debug(`${label} was answered.`, { attempt, status: answer.status, durationMs });
  if (hooks.onResponse !== undefined) {
    const headers = headerRecord(answer.headers, deps.secrets.redact);
    const { status } = answer;
    const state = { route, method, url, attempt, status, headers, durationMs };
    void tellHook('onResponse', hooks.onResponse, state, logger);
  }
  return answer;
}

async function receive(
  journey: Journey,
  token: string | undefined,
  deps: HttpDependencies,
): Promise<Answer> {
  const { name: route, url, attempt, label, body, scope, timeoutMs } = journey;
  const { hooks, logger, secrets } = deps;
  const { method } = journey.route;
  try {
    return await scope.run(async (signal) => {
      let headers: Record<string, string> = { ...journey.headers };
      if (hooks.onRequest !== undefined) {
        const state = { route, method, url, attempt, headers };
        await tellHook('onRequest', hooks.onRequest, state, logger);
      }
      // Into a copy: the hook may have kept the object that it was shown.
      if (token !== undefined) headers = { ...headers, authorization: `Bearer ${token}` };
      return exchange({ method, url, headers, body, signal }, deps.fetch);
    }, timeoutMs);
  } catch (error) {
    if (error instanceof ChatError) throw error;
    const cause = safeCause(error, secrets.redact);
    const { origin } = new URL(url);
    throw new ConnectionError(`No answer came to ${label} from ${origin}${reasonOf(cause)}.`, {
      cause,
    });
  }
}

/** What the runtime calls it, such as ECONNREFUSED: its own words, in front, only say that it failed. */
function reasonOf({ code, cause }: { code?: unknown; cause?: unknown }): string {
  if (typeof code === 'string') return ` (${code})`;
  return cause ? reasonOf(cause) : '';
}
