import { basePath } from '@chat/contract';
import { checkLimits } from '../options/check-limits.js';
import { checkUsers } from '../options/check-users.js';
import { type Checks, checkEach, demand } from '../options/demand.js';
import type { ChatMockOptions, MockUser } from './options.js';

const checks: Checks<ChatMockOptions> = {
  baseUrl: (value) => void toBaseUrl(value),
  users: checkMockUsers,
  limits: checkLimits,
  now: (value, name) =>
    demand(Number.isFinite(value), name, 'a time in milliseconds since the epoch'),
};

/**
 * The base URL in the spelling that requests have: no default port, no trailing slash.
 * @throws TypeError when an option cannot be meant.
 */
export function checkOptions(options: ChatMockOptions): string {
  checkEach(options, checks);
  demand(options.users !== undefined, 'users', 'given: who may log in');
  return toBaseUrl(options.baseUrl);
}

function toBaseUrl(baseUrl: unknown): string {
  const expectation = 'an http or https URL, such as "https://chat.example.com"';
  demand(typeof baseUrl === 'string' && URL.canParse(baseUrl), 'baseUrl', expectation);
  const url = new URL(baseUrl);
  demand(/^https?:$/.test(url.protocol), 'baseUrl', expectation);
  const bare = `${url.search}${url.hash}${url.username}${url.password}` === '';
  demand(bare, 'baseUrl', 'without a query, a fragment and credentials');
  const path = url.pathname.replace(/\/+$/, '');
  demand(!path.endsWith(basePath), 'baseUrl', `without "${basePath}", which is added`);
  return url.origin + path;
}

function checkMockUsers(users: unknown, name: string): void {
  checkUsers(users, name);
  const names = new Set<string>();
  for (const { username } of users as readonly MockUser[]) {
    if (names.has(username)) throw new TypeError(`Option "${name}" names "${username}" twice.`);
    names.add(username);
  }
}
