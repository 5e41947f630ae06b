import { basePath, headers, routes } from '@chat/contract';
import type { Check, CheckResult } from './check.js';
import type { Harness } from './harness.js';
import { MessageBudget } from './message-budget.js';
import { Probe, TokenShelf } from './probe.js';
import { Violation } from './violation.js';

export interface RunOptions {
  /** Leaves the extensions out. */
  readonly coreOnly?: boolean;
}

/** Runs the checks one after the other and gives each result as soon as it is known. */
export async function* runChecks(
  checks: readonly Check[],
  harness: Harness,
  options: RunOptions = {},
): AsyncGenerator<CheckResult> {
  const tokens = new TokenShelf();
  const budget = new MessageBudget(harness.limits.messagesPerWindow);
  const offered = options.coreOnly
    ? new Set<string>()
    : await offers(new Probe(harness, { tokens, budget, greets: true }));
  const shared = { tokens, budget, greets: offered.has('heartbeat') };
  for (const check of checks) {
    const reason = whyNot(check, harness, offered, options);
    if (reason !== undefined) {
      yield { check, outcome: 'skipped', reason };
      continue;
    }
    await budget.refill(() => harness.wait(harness.limits.windowMs));
    yield await runCheck(check, new Probe(harness, shared), tokens);
  }
}

async function runCheck(check: Check, probe: Probe, tokens: TokenShelf): Promise<CheckResult> {
  try {
    await check.run(probe);
    return { check, outcome: 'passed' };
  } catch (error) {
    // A failed check may leave a spoilt token behind: the next one begins with its own.
    tokens.clear();
    const problem = error instanceof Error ? error.message : String(error);
    const evidence = (error instanceof Violation ? error.evidence : undefined) ?? probe.evidence;
    return { check, outcome: 'failed', problem, ...(evidence === undefined ? {} : { evidence }) };
  } finally {
    // Only a check with a clock can have aged the shared token.
    if (check.needs?.includes('clock') || check.needs?.includes('drain')) tokens.clear();
    await probe.tidy();
  }
}

function whyNot(
  check: Check,
  harness: Harness,
  offered: ReadonlySet<string>,
  options: RunOptions,
): string | undefined {
  if (check.layer === 'extension') {
    if (options.coreOnly) return 'only the core was asked for';
    if (check.extension !== undefined && !offered.has(check.extension)) {
      return `the backend does not announce "${check.extension}"`;
    }
  }
  const missing = check.needs?.find((need) => harness.cannot[need] !== undefined);
  return missing === undefined ? undefined : harness.cannot[missing];
}

/** What the backend says it has: the header of any answer, and the greeting of a socket. */
async function offers(probe: Probe): Promise<ReadonlySet<string>> {
  const answer = await probe.raw('GET', `${basePath}${routes.history.path}`);
  const announced = (answer.headers.get(headers.extensions) ?? '').split(',');
  const offered = new Set(announced.map((name) => name.trim()).filter((name) => name !== ''));
  if (offered.size === 0) return offered;
  try {
    const greeting = await (await probe.socket()).status('connected');
    for (const feature of greeting.data.features as string[]) offered.add(feature);
  } catch {
    // A backend without a greeting has no WebSocket extensions to check.
  }
  await probe.tidy();
  return offered;
}
