import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ChatLimits } from '../chat/api.js';
import { createChatServer } from '../create-chat-server.js';
import { CommandError } from './command-error.js';
import { createLogger } from './logger.js';
import { openAssistant } from './open-assistant.js';
import { openShared } from './open-shared.js';
import { openStore } from './open-store.js';
import type { Settings } from './read-settings.js';
import { cannotListen } from './refusals.js';
import { SettingError } from './setting-error.js';
import type { settings } from './settings.js';
import { stopOnSignals } from './stop-on-signals.js';
import { say, type Terminal } from './terminal.js';

const demoUser = { username: 'demo', password: 'demo' };

export type StartSettings = Settings<typeof settings>;

/**
 * Runs the server until a signal ends it.
 * @throws {SettingError} when it cannot be as it is configured.
 * @throws {CommandError} when it cannot listen.
 */
export async function start(terminal: Terminal, given: StartSettings): Promise<void> {
  const { drainTimeoutMs, host, jwtSecret, port, staticDir, trustProxy } = given;
  if (staticDir !== undefined) requireDirectory(staticDir);
  requireSecretToShare(given);
  const assistant = openAssistant(given);
  const logger = createLogger(given.logLevel);
  const store = await openStore(given);
  const limits = limitsOf(given);
  const shared = await openShared(given.redisUrl, limits, logger).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const app = await createChatServer({
    store,
    logger,
    drainTimeoutMs,
    lameDuckMs: given.lameDuckMs,
    users: given.demo ? [...given.users, demoUser] : given.users,
    limits,
    corsOrigins: given.corsOrigins,
    timeZone: given.timeZone,
    metrics: given.metrics && processMetrics(),
    ...(assistant !== undefined && { assistant }),
    ...(jwtSecret !== undefined && { jwtSecret }),
    ...(trustProxy !== undefined && { trustProxy }),
    ...(shared !== undefined && { shared }),
    ...(staticDir !== undefined && { staticDir: resolve(staticDir) }),
  });
  app.addHook('onClose', async () => {
    await shared?.close();
    await store.close();
  });
  stopOnSignals(app, drainTimeoutMs);
  for (const notice of noticesOf(given)) {
    // In one place: a log is read beside what the program says, or instead of it.
    if (terminal.stdout.isTTY && logger.isLevelEnabled('warn')) say(terminal, notice);
    else logger.warn(notice);
  }
  const url = await app.listen({ host, port }).catch(async (error: NodeJS.ErrnoException) => {
    await app.close();
    throw new CommandError(cannotListen({ host, port }, error));
  });
  // Scripts that ask for port 0 read the port from this line.
  say(terminal, `Chat server listening on ${url}`);
}

function requireDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new SettingError(`--static or CHAT_STATIC must be a directory, not "${path}".`);
}

function requireSecretToShare({ databaseUrl, jwtSecret, redisUrl }: StartSettings): void {
  if (jwtSecret !== undefined || (databaseUrl ?? redisUrl) === undefined) return;
  throw new SettingError(
    'CHAT_JWT_SECRET must be set, and be the same for all instances that share CHAT_DATABASE_URL or CHAT_REDIS_URL.',
  );
}

function limitsOf(given: StartSettings): Partial<ChatLimits> {
  return {
    loginsPerWindow: given.loginsPerWindow,
    messagesPerWindow: given.messagesPerWindow,
    windowMs: given.windowMs,
    socketsPerUser: given.socketsPerUser,
    contentMaxLength: given.contentMaxLength,
    tokenLifetimeMs: given.tokenLifetimeMs,
    sessionIdleMs: given.sessionIdleMs,
    idempotencyLifetimeMs: given.idempotencyLifetimeMs,
    heartbeatMs: given.heartbeatMs,
    pingMs: given.pingMs,
    assistantTimeoutMs: given.assistantTimeoutMs,
  };
}

/** The process itself is measured only here: the probes cannot be taken back, and a library would leak them. */
function processMetrics(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}

function noticesOf({ databaseUrl, demo, jwtSecret, redisUrl }: StartSettings): string[] {
  return [
    ...(demo
      ? ['There is a user "demo" with the password "demo" (--demo): only for trying things out.']
      : []),
    ...(databaseUrl !== undefined && redisUrl === undefined
      ? [
          'CHAT_REDIS_URL is not set: allowances are counted and frames are sent by this instance alone. Run no second one.',
        ]
      : []),
    ...(jwtSecret === undefined
      ? [
          'CHAT_JWT_SECRET is not set: tokens are signed with a random key and end with this process. Set it, to at least 32 bytes, and they outlive a restart.',
        ]
      : []),
  ];
}
