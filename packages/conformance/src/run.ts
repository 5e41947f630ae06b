import { basePath, headers, routes } from '@chat/contract';
import type { CheckResult, ConformanceCheck } from './check.js';
import type { Capability, Harness } from './harness.js';
import { MessageBudget } from './message-budget.js';
import { Probe, TokenCache } from './probe.js';
import { Violation } from './violation.js';

export interface RunOptions {
  /** Skips the checks of extensions. */
  readonly coreOnly?: boolean;
}

/** Runs the checks one after another and yields each result as soon as it is available. */
export async function* runChecks(
  checks: readonly ConformanceCheck[],
  harness: Harness,
  options: RunOptions = {},
): AsyncGenerator<CheckResult> {
  const tokens = new TokenCache();
  const budget = new MessageBudget(harness.limits.messagesPerWindow);
  const extensions = options.coreOnly
    ? new Set<string>()
    : await readExtensions(new Probe(harness, { tokens, budget, greets: true }));
  const shared = { tokens, budget, greets: extensions.has('heartbeat') };
  for (const check of checks) {
    const reason = skipReason(check, harness, extensions, options);
    if (reason !== undefined) {
      yield { check, outcome: 'skipped', reason };
      continue;
    }
    await budget.refill(() => harness.wait(harness.limits.windowMs));
    yield await runCheck(check, new Probe(harness, shared), tokens);
  }
}

const invalidatesTokens: ReadonlySet<Capability> = new Set(['clock', 'token-expiry', 'drain']);

async function runCheck(
  check: ConformanceCheck,
  probe: Probe,
  tokens: TokenCache,
): Promise<CheckResult> {
  try {
    await check.run(probe);
    return { check, outcome: 'passed' };
  } catch (error) {
    // A failed check may leave an invalid token; the next check logs in again.
    tokens.clear();
    const problem = error instanceof Error ? error.message : String(error);
    const evidence = (error instanceof Violation ? error.evidence : undefined) ?? probe.evidence;
    return { check, outcome: 'failed', problem, ...(evidence === undefined ? {} : { evidence }) };
  } finally {
    // A changed clock may have expired the shared tokens, and a restart may have invalidated them.
    if (check.needs?.some((need) => invalidatesTokens.has(need))) tokens.clear();
    await probe.closeSockets();
  }
}

function skipReason(
  check: ConformanceCheck,
  harness: Harness,
  extensions: ReadonlySet<string>,
  options: RunOptions,
): string | undefined {
  if (check.layer === 'extension') {
    if (options.coreOnly) return 'only the core was selected';
    if (check.extension !== undefined && !extensions.has(check.extension)) {
      return `the backend does not announce "${check.extension}"`;
    }
  }
  const missing = check.needs?.find((need) => harness.missingCapabilities[need] !== undefined);
  return missing === undefined ? undefined : harness.missingCapabilities[missing];
}

/** The extensions that the backend announces: in a header of every response, and in the greeting of a socket. */
async function readExtensions(probe: Probe): Promise<ReadonlySet<string>> {
  const response = await probe.request('GET', `${basePath}${routes.history.path}`);
  const announced = (response.headers.get(headers.extensions) ?? '').split(',');
  const extensions = new Set(announced.map((name) => name.trim()).filter((name) => name !== ''));
  if (extensions.size === 0) return extensions;
  try {
    const greeting = await (await probe.connect()).statusFrame('connected');
    for (const feature of greeting.data.features as string[]) extensions.add(feature);
  } catch {
    // A backend without a greeting has no WebSocket extensions to check.
  }
  await probe.closeSockets();
  return extensions;
}
