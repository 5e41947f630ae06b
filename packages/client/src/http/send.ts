import { ChatError } from '../errors/chat-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { safeCause } from '../errors/safe-cause.js';
import type { CallPlan } from './call-plan.js';
import type { CallScope } from './call-scope.js';
import type { HttpDependencies } from './dependencies.js';
import { type Answer, exchange } from './exchange.js';
import { tellHook } from './hooks.js';
import { headerRecord } from './refusal.js';
import { checkedHeaders } from './request-headers.js';

/** One request of a call and its answer, within the time of one try, seen by hooks and logger. */
export async function send(
  { name, route, label, url, body, headers: planned, timeoutMs }: CallPlan,
  attempt: number,
  token: string | undefined,
  scope: CallScope,
  deps: HttpDependencies,
): Promise<Answer> {
  const { logger, now, secrets, announced } = deps;
  const { method } = route;
  const about = { route: name, method, url, attempt };
  const startedAt = now();
  let answer: Answer;
  try {
    answer = await scope.run(async (signal) => {
      const shown = { ...planned };
      await tellHook(deps, 'onRequest', () => ({ ...about, headers: shown }));
      // Into a copy: the hook may have kept the object that it was shown.
      const headers = { ...checkedHeaders(shown, 'headers of hooks.onRequest'), ...planned };
      if (token !== undefined) headers.authorization = `Bearer ${token}`;
      return exchange({ method, url, headers, body, signal }, deps.fetch, secrets.redact);
    }, timeoutMs);
  } catch (error) {
    if (error instanceof ChatError) throw error;
    const cause = safeCause(error, secrets.redact);
    const { origin } = new URL(url);
    throw new ConnectionError(`No answer came to ${label} from ${origin}${reasonOf(cause)}.`, {
      cause,
    });
  }
  announced.learn(answer);
  const { status } = answer;
  const durationMs = now() - startedAt;
  logger.debug(`${label} was answered.`, { attempt, status, durationMs });
  void tellHook(deps, 'onResponse', () => {
    const headers = headerRecord(answer.headers, secrets.redact);
    return { ...about, status, headers, durationMs };
  });
  return answer;
}

/** What the runtime calls it, such as ECONNREFUSED: its own words, in front, only say that it failed. */
function reasonOf({ code, cause }: { code?: unknown; cause?: unknown }): string {
  if (typeof code === 'string') return ` (${code})`;
  return cause ? reasonOf(cause) : '';
}
