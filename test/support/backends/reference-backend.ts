import type { AddressInfo } from 'node:net';
import { createChatServer } from '@chat/server';
import { cheapHasher } from '../../../packages/server/src/auth/cheap-hasher.js';
import type { Store } from '../../../packages/server/src/domain/ports/store.js';
import { createMemoryStore } from '../../../packages/server/src/stores/memory/memory-store.js';
import { createShiftedClock } from '../shifted-clock.js';
import type { Backend, BackendKind, BackendSetup, Extensions } from './backend.js';

const secret = 'the secret of all servers that a test starts';

/** The extensions of our server: all of them. */
export const allExtensions: Extensions = {
  acknowledgement: true,
  idempotency: true,
  identity: true,
  replyTo: true,
  heartbeat: true,
  sessions: true,
  feedback: true,
  minimalResponses: true,
  streaming: true,
  receipts: true,
  rateLimitNotice: true,
  retryAfter: true,
};

/** Our server with the given store, in the process of the test. Each start creates a new server. */
export function referenceBackend(
  name = 'our server',
  openStore: () => Promise<Store> = async () => createMemoryStore(),
): BackendKind {
  return {
    name,
    extensions: allExtensions,
    rejectsBy: 'close code',
    create: async (setup) => createReferenceBackend(setup, await openStore()),
  };
}

function createReferenceBackend(setup: BackendSetup, store: Store): Backend {
  const lifetimeSeconds = setup.tokenLifetimeSeconds ?? 3600;
  const clock = createShiftedClock();
  let app: Awaited<ReturnType<typeof createChatServer>> | undefined;
  let port = 0;

  const dropSockets = () => {
    for (const socket of app?.websocketServer.clients ?? []) socket.terminate();
  };

  const stop: Backend['stop'] = async (how) => {
    const stopping = app;
    if (how === 'abruptly') {
      stopping?.server.close();
      dropSockets();
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
    advanceClock: clock.advance,
    // Advances only the server's clock, by the lifetime of a token.
    expireTokens: () => clock.advance(lifetimeSeconds * 1000),
    dropSockets: dropSockets,
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
    storeErrors: () => store.check(),
    async dispose() {
      await stop('abruptly');
      await store.close();
    },
  };
}

function limitsOf({ limits = {}, heartbeatMs }: BackendSetup, lifetimeSeconds: number) {
  return {
    tokenLifetimeMs: lifetimeSeconds * 1000,
    // A test that allows this number of logins may start them all at once.
    ...(limits.loginsPerMinute && {
      loginsPerWindow: limits.loginsPerMinute,
      maxQueuedLogins: limits.loginsPerMinute,
    }),
    ...(limits.messagesPerMinute && { messagesPerWindow: limits.messagesPerMinute }),
    ...(limits.socketsPerUser && { socketsPerUser: limits.socketsPerUser }),
    ...(heartbeatMs && { heartbeatMs, pingMs: heartbeatMs }),
  };
}
