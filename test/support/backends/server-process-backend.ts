import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@chat/server';
import { ServerProcess } from '@chat/test-support';
import { history, logIn } from '../../cluster/http-calls.js';
import type { BackendKind, BackendSetup, RestartableBackend } from './backend.js';
import { startEchoModel } from './echo-model.js';
import { allExtensions } from './reference-backend.js';

/**
 * The built server in a separate process, with a SQLite file. An abrupt stop kills it (SIGKILL), so the next process
 * knows only what the file contains.
 */
export const serverProcessBackend: BackendKind<RestartableBackend> = {
  name: 'the server process',
  extensions: allExtensions,
  rejectsBy: 'close code',
  create: createServerProcess,
};

async function createServerProcess(setup: BackendSetup): Promise<RestartableBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-program-'));
  const data = join(folder, 'chat.db');
  const model = await startEchoModel(setup.reply ?? ((content) => content));
  const users = Object.entries(setup.users).map(([name, password]) => `${name}:${password}`);
  const environment = {
    // Tokens stay valid across a restart.
    CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes',
    CHAT_ASSISTANT_URL: model.baseUrl,
    CHAT_ASSISTANT_MODEL: 'echo',
    ...variablesOf(setup),
  };
  let server: ServerProcess;

  const stop: RestartableBackend['stop'] = async (how) => {
    if (how === 'abruptly') await server.kill();
    else await server.stop();
  };

  return {
    get port() {
      return server.port;
    },
    async start() {
      // A new instance for each start, because each one keeps its port.
      server = new ServerProcess({ data, users, environment, timeoutMs: 60_000 });
      await server.start();
    },
    stop,
    async messages(username) {
      const stored = await history(server.url, await logIn(server.url, username));
      return stored as ((typeof stored)[number] & { timestamp: string })[];
    },
    async storeErrors() {
      await stop('abruptly');
      const store = await openSqliteStore({ path: data });
      const errors = await store.check();
      await store.close();
      return errors;
    },
    async dispose() {
      await stop('abruptly');
      await model.close();
      await rm(folder, { recursive: true });
    },
  };
}

function variablesOf({ limits = {}, heartbeatMs, tokenLifetimeSeconds }: BackendSetup) {
  const values = {
    CHAT_LOGINS_PER_MINUTE: limits.loginsPerMinute,
    CHAT_MESSAGES_PER_MINUTE: limits.messagesPerMinute,
    CHAT_SOCKETS_PER_USER: limits.socketsPerUser,
    CHAT_HEARTBEAT_MS: heartbeatMs,
    CHAT_PING_MS: heartbeatMs,
    CHAT_TOKEN_LIFETIME_MS: tokenLifetimeSeconds && tokenLifetimeSeconds * 1000,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
  );
}
