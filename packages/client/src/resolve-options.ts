import { basePath } from '@chat/contract';
import { isToken } from './auth/token-provider.js';
import { demand, demandNames, demandTimeout, figures } from './demand.js';
import { InvalidOptionError } from './errors/invalid-option-error.js';
import type { ChatClientOptions } from './options.js';
import type { ChatLogger } from './types/logger.js';

const defaultRetry = {
  limit: 3,
  maxWaitMs: 60_000,
  minDelayMs: 500,
  maxDelayMs: 8_000,
};

const names =
  'baseUrl credentials getToken token tokenStore fetch WebSocket timeoutMs retry hooks logger validate now random'.split(
    ' ',
  );

const silent = () => undefined;
const noLogger: ChatLogger = { debug: silent, info: silent, warn: silent, error: silent };

/** The options with their defaults, or an error that names the first wrong one. */
export function resolveOptions(options: ChatClientOptions) {
  if (globalThis.crypto === undefined) {
    throw new TypeError('This runtime has no "crypto", as Node has from 20.19 on.');
  }
  if (typeof options !== 'object' || options === null) {
    throw new InvalidOptionError('options', 'an object such as { baseUrl, credentials }');
  }
  demandNames('', names, options);
  checkAuthentication(options);
  const { timeoutMs = 60_000, validate = true, logger = noLogger } = options;
  demandTimeout(timeoutMs);
  return {
    baseUrl: resolveBaseUrl(options.baseUrl),
    retry: figures('retry.', defaultRetry, options.retry),
    hooks: options.hooks ?? {},
    now: optionalFunction(options.now, 'now') ?? (() => Date.now()),
    random: optionalFunction(options.random, 'random') ?? (() => Math.random()),
    fetch: optionalFunction(options.fetch, 'fetch'),
    webSocket: optionalFunction(options.WebSocket, 'WebSocket'),
    timeoutMs,
    validate,
    logger,
  };
}

function checkAuthentication({
  credentials,
  getToken,
  token,
  tokenStore,
}: ChatClientOptions): void {
  const given = [credentials, getToken, token, tokenStore].some((each) => each !== undefined);
  demand(given, 'credentials', 'given, or getToken, or token, or a tokenStore that holds a token');
  const both = credentials !== undefined && getToken !== undefined;
  demand(!both, 'getToken', 'left out when there are credentials');
  demand(token === undefined || isToken(token), 'token', 'visible ASCII characters without spaces');
  optionalFunction(getToken, 'getToken');
  if (credentials === undefined || typeof credentials === 'function') return;
  const named = typeof credentials?.username === 'string';
  const sound = named && typeof credentials.password === 'string';
  demand(
    sound,
    'credentials',
    '{ username, password }, both strings, or a function that returns it',
  );
}

/** Never repeats the value: a user name and a password may stand in it. */
function resolveBaseUrl(baseUrl: string): URL {
  const expectation = 'an absolute http: or https: URL, such as "https://chat.example.com"';
  let url: URL;
  try {
    // In a page, a path is enough.
    url = new URL(baseUrl, globalThis.location?.href);
  } catch {
    throw new InvalidOptionError('baseUrl', expectation);
  }
  demand(/^https?:$/.test(url.protocol), 'baseUrl', expectation);
  const bare = url.username === '' && url.password === '';
  demand(bare, 'baseUrl', 'without a user name and password: give them as "credentials"');
  demand(url.search === '' && url.hash === '', 'baseUrl', 'without a query and a fragment');
  const ends = /\/api\/v1\/*$/.test(url.pathname);
  demand(!ends, 'baseUrl', `without "${basePath}", which is added`);
  return url;
}

function optionalFunction<T>(value: T, name: string): T {
  demand(value === undefined || typeof value === 'function', name, 'a function');
  return value;
}
