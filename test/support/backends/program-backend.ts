import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@chat/server';
import { history, logIn } from '../../cluster/caller.js';
import { ChatProgram } from '../chat-program.js';
import type { BackendKind, BackendSetup, RestartableBackend } from './backend.js';
import { openEchoingModel } from './echoing-model.js';
import { allExtensions } from './reference-backend.js';

/**
 * The built program on a SQLite file. Stopped abruptly it is killed (SIGKILL), whatever it is doing: what
 * the next one knows is what the file holds.
 */
export const programBackend: BackendKind<RestartableBackend> = {
  name: 'the program',
  extensions: allExtensions,
  refusesBy: 'close code',
  create: createProgram,
};

async function createProgram(setup: BackendSetup): Promise<RestartableBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-program-'));
  const data = join(folder, 'chat.db');
  const model = await openEchoingModel(setup.reply ?? ((said) => said));
  const users = Object.entries(setup.users).flatMap(([name, password]) => [
    '--user',
    `${name}:${password}`,
  ]);
  const environment = {
    // A login outlives a restart.
    CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes',
    CHAT_ASSISTANT_URL: model.baseUrl,
    CHAT_ASSISTANT_MODEL: 'echo',
    ...variablesOf(setup),
  };
  let program: ChatProgram | undefined;
  let url = '';

  const stop: RestartableBackend['stop'] = async (how) => {
    program?.signal(how === 'abruptly' ? 'SIGKILL' : 'SIGTERM');
    await program?.exit();
    program = undefined;
  };

  return {
    get port() {
      return Number(new URL(url).port);
    },
    async start() {
      program = new ChatProgram(['--port', '0', '--data', data, ...users], { environment });
      url = await program.url();
    },
    stop,
    async messages(username) {
      const said = await history(url, await logIn(url, username));
      return said as ((typeof said)[number] & { timestamp: string })[];
    },
    async faults() {
      await stop('abruptly');
      const store = await openSqliteStore({ path: data });
      const found = await store.check();
      await store.close();
      return found;
    },
    async dispose() {
      await stop('abruptly');
      await model.close();
      await rm(folder, { recursive: true });
    },
  };
}

function variablesOf({ limits = {}, heartbeatMs, tokenLifetimeSeconds }: BackendSetup) {
  const figures = {
    CHAT_LOGINS_PER_MINUTE: limits.loginsPerMinute,
    CHAT_MESSAGES_PER_MINUTE: limits.messagesPerMinute,
    CHAT_SOCKETS_PER_USER: limits.socketsPerUser,
    CHAT_HEARTBEAT_MS: heartbeatMs,
    CHAT_PING_MS: heartbeatMs,
    CHAT_TOKEN_LIFETIME_MS: tokenLifetimeSeconds && tokenLifetimeSeconds * 1000,
  };
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, figure]) => (figure ? [[name, String(figure)]] : [])),
  );
}
