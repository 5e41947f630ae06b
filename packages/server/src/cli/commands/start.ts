import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { createChatMetrics } from '../../adapters/fastify/observability/metrics.js';
import { createServer } from '../../create-chat-server.js';
import type { ChatLimits } from '../../domain/api.js';
import { defaultLimits } from '../../domain/limits.js';
import { openAssistant } from '../connections/open-assistant.js';
import { openShared } from '../connections/open-shared.js';
import { openStore } from '../connections/open-store.js';
import { CommandError, SettingError } from '../errors.js';
import { explainListenError } from '../lifecycle/explain-listen-error.js';
import { logOutages } from '../lifecycle/log-outages.js';
import { stopOnSignals } from '../lifecycle/stop-on-signals.js';
import { createLogger } from '../output/logger.js';
import { print, type Terminal } from '../output/terminal.js';
import type { Settings } from '../settings/read-settings.js';
import type { settings } from '../settings/settings.js';
import { addDemoUser, demoHasher, serverHasher } from '../users/demo-user.js';

type StartSettings = Settings<typeof settings>;

/** No route of the program has a schema of Fastify. Loading its compilers would take part of the start. */
const withoutSchemas = {
  compilersFactory: { buildValidator: rejectSchema, buildSerializer: rejectSchema },
};

function rejectSchema(): never {
  throw new Error('Routes of this server cannot have schemas.');
}

/**
 * Runs the server until a signal stops it.
 * @throws {SettingError} when a setting is invalid
 * @throws {CommandError} when the server cannot listen
 */
export async function start(terminal: Terminal, given: StartSettings): Promise<void> {
  const { drainTimeoutMs, host, jwtSecret, port, staticDir, trustProxy } = given;
  if (staticDir !== undefined) requireDirectory(staticDir);
  requireSharedSecret(given);
  const assistant = openAssistant(given, terminal.environment);
  const logger = createLogger(given.logLevel, given.logFormat, terminal);
  const isFile = given.databaseUrl === undefined && given.data !== ':memory:';
  const unlock = isFile ? await lockFile(given.data) : undefined;
  const store = await openStore(given);
  if (given.demo) await addDemoUser(store);
  const limits = limitsOf(given);
  const shared = await openShared(given, limits, logger).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const options: Parameters<typeof createServer>[0] = {
    store,
    logger,
    drainTimeoutMs,
    lameDuckMs: given.lameDuckMs,
    writeTimeoutMs: given.writeTimeoutMs,
    users: given.users,
    passwords: given.demo ? demoHasher : serverHasher,
    limits,
    corsOrigins: given.corsOrigins,
    timeZone: given.timeZone,
    metrics: given.metrics && createChatMetrics({ processMetrics: true }),
    ...(assistant !== undefined && { assistant }),
    ...(jwtSecret !== undefined && { jwtSecret }),
    ...(trustProxy !== undefined && { trustProxy }),
    ...(shared !== undefined && { shared }),
    ...(staticDir !== undefined && { staticDir: resolve(staticDir) }),
  };
  const app = await createServer(options, { schemaController: withoutSchemas });
  const stopWatching = isFile ? logOutages(store, logger) : undefined;
  app.addHook('onClose', async () => {
    stopWatching?.();
    await shared?.close();
    await store.close();
    unlock?.();
  });
  stopOnSignals(app, drainTimeoutMs);
  const [user] = await store.usernames({ after: '', limit: 1 });
  for (const notice of noticesOf(given, user !== undefined)) {
    // To the terminal or to the log, never to both.
    if (terminal.stdout.isTTY && logger.isLevelEnabled('warn')) print(terminal, notice);
    else logger.warn(notice);
  }
  const url = await app.listen({ host, port }).catch(async (error: NodeJS.ErrnoException) => {
    await app.close();
    throw new CommandError(explainListenError({ host, port }, error));
  });
  // Scripts that use port 0 read the port from this line.
  print(terminal, `Chat server listening on ${url}`);
}

async function lockFile(path: string): Promise<() => void> {
  const { lockForServer } = await import('../../stores/sqlite/lock-for-server.js');
  return lockForServer(path);
}

function requireDirectory(path: string): void {
  if (isDirectory(path)) return;
  throw new SettingError(
    `--static or CHAT_STATIC is invalid: expected a directory, received "${path}".`,
  );
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** With a random secret each instance would reject the tokens of the others. */
function requireSharedSecret({ databaseUrl, jwtSecret, redisUrl }: StartSettings): void {
  if (jwtSecret !== undefined || (databaseUrl ?? redisUrl) === undefined) return;
  throw new SettingError(
    'CHAT_JWT_SECRET must be set, with the same value for all instances that share CHAT_DATABASE_URL or CHAT_REDIS_URL.',
  );
}

/** The settings that are limits of the domain have the same names. */
function limitsOf(given: StartSettings): Partial<ChatLimits> {
  const limits = Object.entries(given).filter(
    ([name, value]) => name in defaultLimits && value !== undefined,
  );
  return Object.fromEntries(limits);
}

function noticesOf(
  { databaseUrl, demo, jwtSecret, redisUrl }: StartSettings,
  hasUsers: boolean,
): string[] {
  const notices: string[] = [];
  if (!hasUsers) {
    notices.push(
      'There are no users, so nobody can log in: add one with --user NAME:PASSWORD, or in a database with "chat-server user add NAME".',
    );
  }
  if (demo) {
    notices.push(
      '--demo added the user "demo" with the password "demo": do not use it in production.',
    );
  }
  if (databaseUrl !== undefined && redisUrl === undefined) {
    notices.push(
      'CHAT_REDIS_URL is not set: rate limits and frames cover this instance only. Do not run a second instance.',
    );
  }
  if (jwtSecret === undefined) {
    notices.push(
      'CHAT_JWT_SECRET is not set: a random key signs the tokens, which become invalid when this process ends. Set it to at least 32 bytes.',
    );
  }
  return notices;
}
