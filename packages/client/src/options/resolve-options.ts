import { basePath } from '@chat/contract';
import { InvalidOptionError } from '../errors/call-errors.js';
import type { ChatLogger } from '../types/logger.js';
import type { ChatClientOptions } from './client-options.js';
import {
  assertKnownOptions,
  assertMethods,
  assertOption,
  assertTimeout,
  isVisibleAscii,
  numberOptions,
} from './validate.js';

const defaultRetry = {
  limit: 3,
  maxWaitMs: 60_000,
  minDelayMs: 500,
  maxDelayMs: 8_000,
};

const method = 'a function';
const optionTypes = {
  baseUrl: 0,
  credentials: 0,
  getToken: method,
  token: 0,
  tokenStore: 0,
  fetch: method,
  WebSocket: method,
  timeoutMs: 0,
  maxResponseBytes: 'a number',
  retry: 0,
  hooks: 0,
  logger: 0,
  validate: 'a boolean',
  now: method,
  random: method,
};
const hookTypes = {
  onRequest: method,
  onResponse: method,
  onRetry: method,
  onTokenRefreshed: method,
};

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/**
 * The options with their defaults.
 *
 * @throws InvalidOptionError naming the first invalid option
 */
export function resolveOptions(options: ChatClientOptions) {
  // `null`, because `undefined` would pass as an empty object.
  assertKnownOptions('', optionTypes, options ?? null);
  const rootUrl = resolveBaseUrl(options.baseUrl);
  validateAuthentication(options);
  const {
    timeoutMs = 60_000,
    maxResponseBytes = 33_554_432,
    validate = true,
    hooks = {},
  } = options;
  const { now = () => Date.now(), random = () => Math.random() } = options;
  assertTimeout(timeoutMs);
  // An instance of a class may have other fields; an unknown function is a mistake, because nothing calls it.
  const functionsAndHooks = Object.entries(hooks ?? {}).filter(
    ([name, value]) => name in hookTypes || typeof value === 'function',
  );
  assertKnownOptions('hooks.', hookTypes, hooks && Object.fromEntries(functionsAndHooks));
  const retry = numberOptions('retry.', defaultRetry, options.retry);
  const logger = safeLogger(options.logger);
  return {
    ...options,
    rootUrl,
    retry,
    hooks,
    now,
    random,
    timeoutMs,
    maxResponseBytes,
    validate,
    logger,
  };
}

/** The application's logger, without its errors: they must not affect a call. */
function safeLogger(logger: ChatLogger | undefined): ChatLogger {
  assertMethods('logger', logLevels, logger);
  const methods = logLevels.map((level) => [
    level,
    async (text: string, fields?: Record<string, unknown>) => {
      try {
        await logger?.[level](text, fields);
      } catch {}
    },
  ]);
  return Object.fromEntries(methods);
}

function validateAuthentication({
  credentials,
  getToken,
  token,
  tokenStore,
}: ChatClientOptions): void {
  assertMethods('tokenStore', ['get', 'set', 'clear'], tokenStore);
  const hasBoth = credentials !== undefined && getToken !== undefined;
  assertOption(!hasBoth, 'getToken', 'left out when there are credentials');
  assertOption(
    token === undefined || isVisibleAscii(token),
    'token',
    'visible ASCII characters without spaces',
  );
  if (credentials === undefined || typeof credentials === 'function') return;
  assertOption(
    typeof credentials?.username === 'string' && typeof credentials.password === 'string',
    'credentials',
    '{ username, password }, both strings, or a function that returns it',
  );
}

/** The URL before all paths. Errors never contain it, because it may contain a user name and a password. */
function resolveBaseUrl(baseUrl: string): string {
  const expectation =
    'an absolute http: or https: URL as a string, such as "https://chat.example.com"';
  // Without this, a page would resolve `undefined` as a relative path.
  assertOption(typeof baseUrl === 'string', 'baseUrl', expectation);
  let url: URL;
  try {
    // In a page, a path is enough.
    url = new URL(baseUrl, globalThis.location?.href);
  } catch {
    throw new InvalidOptionError('baseUrl', expectation);
  }
  const { protocol, origin, username, password, search, hash } = url;
  const path = url.pathname.replace(/\/+$/, '');
  assertOption(/^https?:$/.test(protocol), 'baseUrl', expectation);
  const hasNoUserInfo = !username && !password;
  assertOption(
    hasNoUserInfo,
    'baseUrl',
    'without a user name and password: give them as "credentials"',
  );
  assertOption(!search && !hash, 'baseUrl', 'without a query and a fragment');
  assertOption(!path.endsWith(basePath), 'baseUrl', `without "${basePath}", which is added`);
  return origin + path;
}
