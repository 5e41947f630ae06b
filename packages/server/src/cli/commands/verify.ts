import {
  type CheckResult,
  type ConformanceCheck,
  type Credentials,
  checks,
  describeResult,
  type Harness,
  runChecks,
  summarize,
  toJson,
  untestedCoreRules,
} from '@chat/conformance';
import { basePath, routes } from '@chat/contract';
import { CommandError, SettingError } from '../errors.js';
import { print, type Terminal, warn } from '../output/terminal.js';
import type { verifySettings } from '../settings/command-settings.js';
import type { Settings } from '../settings/read-settings.js';
import { createRemoteHarness } from '../verify/remote-harness.js';
import { withTokenExpiry } from '../verify/token-expiry.js';

/** Shorter waits are not reported. */
const minReportedWaitMs = 2_000;

/**
 * Runs every conformance check that needs only a URL and one or two users, and lists the core rules that it could not test.
 * @throws {SettingError} when the URL, a user, the secret or a rule is missing or invalid
 * @throws {CommandError} when the backend does not respond or violates the protocol
 */
export async function verify(
  terminal: Terminal,
  url: string,
  given: Settings<typeof verifySettings>,
  createHarness = createRemoteHarness,
): Promise<void> {
  const { core, json, only, users, secret, timeoutMs, ...limits } = given;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SettingError(
      `<url> is invalid: expected the URL of a backend, such as http://127.0.0.1:3000, received "${url}".`,
    );
  }
  const [user, secondUser] = validateUsers(users);
  const remote = createHarness({
    url,
    user,
    secondUser,
    limits,
    timeoutMs,
    onWait(ms) {
      if (ms < minReportedWaitMs) return;
      warn(terminal, `waiting ${Math.ceil(ms / 1000)} s for a rate limit or a token to expire …`);
    },
  });
  const selected = selectChecks(only);
  const token = await requireLogin(remote, user);
  if (secondUser !== undefined) await requireLogin(remote, secondUser);
  const harness = withTokenExpiry(remote, token, secret);

  const results: CheckResult[] = [];
  for await (const result of runChecks(selected, harness, { coreOnly: core })) {
    results.push(result);
    if (!json) print(terminal, describeResult(result));
  }
  const summary = summarize(results);
  const untestedCore = untestedCoreRules(results);
  const { passed, failed, skipped } = summary;
  if (json) {
    const report = { url, ...summary, untestedCore, results: results.map(toJson) };
    print(terminal, JSON.stringify(report, null, 2));
  } else {
    if (untestedCore.length > 0) {
      print(terminal, `\n${untestedCore.length} core rules were not tested:`);
      for (const { id, reason } of untestedCore) print(terminal, `  ${id.padEnd(9)} ${reason}`);
    }
    print(terminal, `\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  if (failed > 0) throw new CommandError(`${url} violates ${failed} of the rules.`);
}

function validateUsers(users: readonly Credentials[]): [Credentials, Credentials?] {
  const [user, secondUser, third] = users;
  if (user === undefined) {
    throw new SettingError(
      '--user or CHAT_VERIFY_USER is required: the name:password of a user for the checks.',
    );
  }
  if (third !== undefined || user.username === secondUser?.username) {
    throw new SettingError(
      '--user or CHAT_VERIFY_USER is invalid: expected one user, or two with different names.',
    );
  }
  return secondUser === undefined ? [user] : [user, secondUser];
}

function selectChecks(only: readonly string[]): readonly ConformanceCheck[] {
  const unknown = only.find((rule) => !checks.some(({ id }) => id === rule));
  if (unknown !== undefined) {
    throw new SettingError(
      `--only or CHAT_VERIFY_ONLY is invalid: expected the name of a rule, such as HIST-3, received "${unknown}".`,
    );
  }
  return only.length === 0 ? checks : checks.filter(({ id }) => only.includes(id));
}

/**
 * Reports a wrong URL or password once, and not as eighty failed checks.
 * @returns the token; `undefined` when the response has none, which a check reports
 */
async function requireLogin(harness: Harness, user: Credentials): Promise<string | undefined> {
  const { baseUrl } = harness;
  const { method, path } = routes.login;
  const login = async () => {
    const response = await fetch(`${baseUrl}${basePath}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    }).catch((error: Error) => {
      throw new CommandError(explainFetchError(baseUrl, error));
    });
    return { response, text: await response.text() };
  };
  let { response, text } = await login();
  if (response.status === 429) {
    // An earlier run may have used up the logins of this minute.
    await harness.wait(harness.limits.windowMs);
    ({ response, text } = await login());
  }
  if (response.status === 401) {
    throw new CommandError(`${baseUrl} rejects the password of the user "${user.username}".`);
  }
  if (response.status === 404) {
    throw new CommandError(
      `${baseUrl} has no ${basePath}${path}: is this the URL of a chat backend?`,
    );
  }
  return tokenIn(text);
}

function tokenIn(text: string): string | undefined {
  try {
    const { access_token: token } = JSON.parse(text) as { access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

/** The error of `fetch` has a generic message. The reason is in its cause. */
function explainFetchError(baseUrl: string, { cause }: Error): string {
  const { code = '', message = '' } = (cause ?? {}) as { code?: string; message?: string };
  if (code.startsWith('ERR_SSL')) {
    return `${baseUrl} does not support TLS: try ${baseUrl.replace(/^https/, 'http')}.`;
  }
  const reason = code || message;
  return `${baseUrl} does not respond${reason && ` (${reason})`}.`;
}
