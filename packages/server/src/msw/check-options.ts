import { userProblem } from '../chat/add-user.js';
import { defaultLimits } from '../chat/limits.js';
import type { ChatMockOptions, MockUser } from './options.js';

/**
 * The base URL in the spelling that requests have: no default port, no trailing slash.
 * @throws TypeError when an option cannot be meant.
 */
export function checkOptions(options: ChatMockOptions): string {
  checkUsers(options.users);
  checkLimits(options.limits ?? {});
  if (options.now !== undefined && !Number.isFinite(options.now)) {
    throw new TypeError('Option "now" must be a time in milliseconds since the epoch.');
  }
  return checkBaseUrl(options.baseUrl);
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      'Option "baseUrl" must be an http or https URL, such as "https://chat.example.com".',
    );
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new TypeError('Option "baseUrl" must have no query, no fragment and no credentials.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function checkUsers(users: readonly MockUser[]): void {
  const names = new Set<string>();
  for (const user of Array.isArray(users) ? (users as MockUser[]) : [undefined]) {
    if (typeof user?.username !== 'string' || typeof user.password !== 'string') {
      throw new TypeError('Option "users" must be a list of { username, password }, both strings.');
    }
    const problem = userProblem(user);
    if (problem !== undefined) throw new TypeError(`Option "users": ${problem}`);
    if (names.has(user.username)) {
      throw new TypeError(`Option "users" names "${user.username}" twice.`);
    }
    names.add(user.username);
  }
}

function checkLimits(limits: object): void {
  for (const [name, figure] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      const known = Object.keys(defaultLimits).join(', ');
      throw new TypeError(`Option "limits" has no "${name}": there are ${known}.`);
    }
    if (typeof figure !== 'number' || !(figure >= 0)) {
      throw new TypeError(`Option "limits.${name}" must be a number of at least 0.`);
    }
  }
}
