import { basePath, routes } from '@chat/contract';
import type { Check, CheckResult } from '../conformance/check.js';
import { checks } from '../conformance/checks/index.js';
import type { Credentials } from '../conformance/harness.js';
import { remoteHarness } from '../conformance/remote-harness.js';
import { describeResult, summarize, toJson } from '../conformance/report.js';
import { runChecks } from '../conformance/run.js';
import { CommandError } from './command-error.js';
import type { Settings } from './read-settings.js';
import { SettingError } from './setting-error.js';
import { say, type Terminal, warn } from './terminal.js';
import type { verifySettings } from './verify-settings.js';

/** Waits shorter than this are not worth a line. */
const noticeMs = 2_000;

/**
 * Puts a backend to every check that a URL and one user allow.
 * @throws {SettingError} when it does not know what to put to the checks.
 * @throws {CommandError} when the backend cannot be reached or breaks the contract.
 */
export async function verify(
  terminal: Terminal,
  url: string,
  given: Settings<typeof verifySettings>,
  harnessOf = remoteHarness,
): Promise<void> {
  const { core, json, only, user, ...rest } = given;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SettingError(
      `The URL must be that of a backend, such as http://127.0.0.1:3000, not "${url}".`,
    );
  }
  if (user === undefined)
    throw new SettingError(
      '--user or CHAT_VERIFY_USER must be name:password, a user whose messages do not matter.',
    );
  const harness = harnessOf({
    url,
    user,
    limits: rest,
    patienceMs: rest.patienceMs,
    onWait(ms) {
      if (ms >= noticeMs) warn(terminal, `waiting ${Math.ceil(ms / 1000)} s for an allowance …`);
    },
  });
  const chosenChecks = chosen(only);
  await requireLogin(harness.baseUrl, user);

  const results: CheckResult[] = [];
  for await (const result of runChecks(chosenChecks, harness, { coreOnly: core })) {
    results.push(result);
    if (!json) say(terminal, describeResult(result));
  }
  const summary = summarize(results);
  if (json)
    say(terminal, JSON.stringify({ url, ...summary, results: results.map(toJson) }, null, 2));
  else {
    say(
      terminal,
      `\n${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`,
    );
  }
  if (summary.failed > 0) throw new CommandError(`${url} breaks ${summary.failed} of the rules.`);
}

/** @throws {SettingError} when there is no such rule. */
function chosen(only: readonly string[]): readonly Check[] {
  const unknown = only.find((rule) => !checks.some(({ id }) => id === rule));
  if (unknown !== undefined) {
    throw new SettingError(`--only must be the name of a rule, such as HIST-3, not "${unknown}".`);
  }
  return only.length === 0 ? checks : checks.filter(({ id }) => only.includes(id));
}

/** Tells a wrong URL or password at once, and not by eighty failures. */
async function requireLogin(baseUrl: string, user: Credentials): Promise<void> {
  const { method, path } = routes.login;
  const response = await fetch(`${baseUrl}${basePath}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  }).catch((error: Error) => {
    throw new CommandError(cannotReach(baseUrl, error));
  });
  await response.arrayBuffer();
  if (response.status === 401) {
    throw new CommandError(`${baseUrl} does not let the user "${user.username}" log in.`);
  }
  if (response.status === 404) {
    throw new CommandError(
      `${baseUrl} has no ${basePath}${path}: is this the URL of a chat backend?`,
    );
  }
}

/** `fetch` says only that it failed; what failed is in the cause. */
function cannotReach(baseUrl: string, { cause }: Error): string {
  const { code = '', message = '' } = (cause ?? {}) as { code?: string; message?: string };
  if (code.startsWith('ERR_SSL')) {
    return `What answers at ${baseUrl} speaks no TLS: is it ${baseUrl.replace(/^https/, 'http')}?`;
  }
  const reason = code || message;
  return `Nothing answers at ${baseUrl}${reason && ` (${reason})`}.`;
}
