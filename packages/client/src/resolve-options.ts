import { basePath } from '@chat/contract';
import {
  demand,
  demandMethods,
  demandOptions,
  demandTimeout,
  figures,
  isVisibleAscii,
} from './demand.js';
import { InvalidOptionError } from './errors/invalid-option-error.js';
import type { ChatClientOptions } from './options.js';
import type { ChatLogger } from './types/logger.js';

const defaultRetry = {
  limit: 3,
  maxWaitMs: 60_000,
  minDelayMs: 500,
  maxDelayMs: 8_000,
};

const method = 'a function';
const kinds = {
  baseUrl: 0,
  credentials: 0,
  getToken: method,
  token: 0,
  tokenStore: 0,
  fetch: method,
  WebSocket: method,
  timeoutMs: 0,
  retry: 0,
  hooks: 0,
  logger: 0,
  validate: 'a boolean',
  now: method,
  random: method,
};
const hookKinds = {
  onRequest: method,
  onResponse: method,
  onRetry: method,
  onTokenRefreshed: method,
};

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** The options with their defaults, or an error that names the first wrong one. */
export function resolveOptions(options: ChatClientOptions) {
  if (globalThis.crypto === undefined) {
    throw new TypeError('This runtime has no "crypto", as Node has from 20.19 on.');
  }
  // Not left out: there is no default.
  demandOptions('', kinds, options ?? null);
  const rootUrl = resolveBaseUrl(options.baseUrl);
  checkAuthentication(options);
  const { timeoutMs = 60_000, validate = true, hooks = {}, fetch } = options;
  const { now = () => Date.now(), random = () => Math.random(), WebSocket: webSocket } = options;
  demandTimeout(timeoutMs);
  // An object of a class has fields of its own; a function that nobody calls is a mistake.
  const own = Object.entries(hooks ?? {}).filter(
    ([name, value]) => name in hookKinds || typeof value === 'function',
  );
  demandOptions('hooks.', hookKinds, hooks && Object.fromEntries(own));
  const retry = figures('retry.', defaultRetry, options.retry);
  return {
    rootUrl,
    retry,
    hooks,
    now,
    random,
    fetch,
    webSocket,
    timeoutMs,
    validate,
    logger: harmless(options.logger),
  };
}

/** A logger that tells the application's own, and whose failures nobody hears: they are not the call's. */
function harmless(logger: ChatLogger | undefined): ChatLogger {
  demandMethods('logger', levels, logger);
  const tell = levels.map((level) => [
    level,
    async (text: string, fields?: Record<string, unknown>) => {
      try {
        await logger?.[level](text, fields);
      } catch {}
    },
  ]);
  return Object.fromEntries(tell);
}

function checkAuthentication({
  credentials,
  getToken,
  token,
  tokenStore,
}: ChatClientOptions): void {
  const given = [credentials, getToken, token, tokenStore].some((each) => each !== undefined);
  demand(given, 'credentials', 'given, or getToken, or token, or a tokenStore that holds a token');
  demandMethods('tokenStore', ['get', 'set', 'clear'], tokenStore);
  const both = credentials !== undefined && getToken !== undefined;
  demand(!both, 'getToken', 'left out when there are credentials');
  demand(
    token === undefined || isVisibleAscii(token),
    'token',
    'visible ASCII characters without spaces',
  );
  if (credentials === undefined || typeof credentials === 'function') return;
  const named = typeof credentials?.username === 'string';
  const sound = named && typeof credentials.password === 'string';
  demand(
    sound,
    'credentials',
    '{ username, password }, both strings, or a function that returns it',
  );
}

/** The URL that all paths are put behind. Errors never repeat it: a user name and a password may stand in it. */
function resolveBaseUrl(baseUrl: string): string {
  const expectation =
    'the string of an absolute http: or https: URL, such as "https://chat.example.com"';
  // A page would take `undefined` for a path.
  demand(typeof baseUrl === 'string', 'baseUrl', expectation);
  let url: URL;
  try {
    // In a page, a path is enough.
    url = new URL(baseUrl, globalThis.location?.href);
  } catch {
    throw new InvalidOptionError('baseUrl', expectation);
  }
  const { protocol, origin, username, password, search, hash } = url;
  const path = url.pathname.replace(/\/+$/, '');
  demand(/^https?:$/.test(protocol), 'baseUrl', expectation);
  const bare = !username && !password;
  demand(bare, 'baseUrl', 'without a user name and password: give them as "credentials"');
  demand(!search && !hash, 'baseUrl', 'without a query and a fragment');
  demand(!path.endsWith(basePath), 'baseUrl', `without "${basePath}", which is added`);
  return origin + path;
}
