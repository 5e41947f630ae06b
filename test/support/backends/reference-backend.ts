import type { AddressInfo } from 'node:net';
import { createChatServer } from '@chat/server';
import { cheapHasher } from '../../../packages/server/src/auth/cheap-hasher.js';
import type { Store } from '../../../packages/server/src/chat/store.js';
import { createMemoryStore } from '../../../packages/server/src/store/memory-store.js';
import { createShiftedClock } from '../shifted-clock.js';
import type { Backend, BackendKind, BackendSetup, Extensions } from './backend.js';

const secret = 'the secret of all servers that a test starts';

/** What our server can. */
export const allExtensions: Extensions = {
  acknowledgement: true,
  idempotency: true,
  identity: true,
  replyTo: true,
  heartbeat: true,
  sessions: true,
  feedback: true,
  shortAnswers: true,
  streaming: true,
  receipts: true,
  limitNotice: true,
  retryAfter: true,
};

/** Our own server over whichever store, a new one in the same process after each stop. */
export function referenceBackend(
  name = 'our server',
  openStore: () => Promise<Store> = async () => createMemoryStore(),
): BackendKind {
  return {
    name,
    extensions: allExtensions,
    refusesBy: 'close code',
    create: async (setup) => createReference(setup, await openStore()),
  };
}

function createReference(setup: BackendSetup, store: Store): Backend {
  const lifetimeSeconds = setup.tokenLifetimeSeconds ?? 3600;
  const clock = createShiftedClock();
  let app: Awaited<ReturnType<typeof createChatServer>> | undefined;
  let port = 0;

  const cutLines = () => {
    for (const socket of app?.websocketServer.clients ?? []) socket.terminate();
  };

  const stop: Backend['stop'] = async (how) => {
    const stopping = app;
    if (how === 'abruptly') {
      stopping?.server.close();
      cutLines();
      stopping?.server.closeAllConnections();
    }
    app = undefined;
    await stopping?.close();
  };

  return {
    get port() {
      return port;
    },
    async start() {
      app = await createChatServer({
        store,
        clock,
        jwtSecret: secret,
        passwords: cheapHasher,
        users: Object.entries(setup.users).map(([username, password]) => ({ username, password })),
        limits: limitsOf(setup, lifetimeSeconds),
        metrics: false,
        ...(setup.reply && {
          assistant: {
            contextMessages: 1,
            reply: async ({ messages }) => setup.reply!(messages.at(-1)?.content ?? ''),
          },
        }),
      });
      await app.listen({ port: 0, host: '127.0.0.1' });
      port = (app.server.address() as AddressInfo).port;
    },
    stop,
    skip: clock.skip,
    // Its time moves on by a token's whole life; nobody else's does.
    expireTokens: () => clock.skip(lifetimeSeconds * 1000),
    dropSockets: cutLines,
    openSockets: () => app?.websocketServer.clients.size ?? 0,
    async messages(username) {
      const user = await store.userByName(username);
      if (user === undefined) return [];
      const { lastSeq } = await store.state(user.id);
      const records = await store.messages(user.id, { from: 1, to: lastSeq });
      return records.map(({ role, content, timestamp }) => ({
        role,
        content,
        timestamp: new Date(timestamp).toISOString(),
      }));
    },
    faults: () => store.check(),
    async dispose() {
      await stop('abruptly');
      await store.close();
    },
  };
}

function limitsOf({ limits = {}, heartbeatMs }: BackendSetup, lifetimeSeconds: number) {
  return {
    tokenLifetimeMs: lifetimeSeconds * 1000,
    ...(limits.loginsPerMinute && { loginsPerWindow: limits.loginsPerMinute }),
    ...(limits.messagesPerMinute && { messagesPerWindow: limits.messagesPerMinute }),
    ...(limits.socketsPerUser && { socketsPerUser: limits.socketsPerUser }),
    ...(heartbeatMs && { heartbeatMs, pingMs: heartbeatMs }),
  };
}
