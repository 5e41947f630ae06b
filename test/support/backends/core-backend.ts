import { createBackend } from '../../../examples/own-backend/src/backend.js';
import type { BackendKind } from './backend.js';

/**
 * The backend that knows the API document, and our protocol's core where that is silent; a dial is refused by a
 * close code or by a status. `rfc`: it closes with no code that RFC 6455 does not have.
 */
export function coreBackend(
  refuseSockets: 'close' | 'http' = 'close',
  closeCodes: 'protocol' | 'rfc' = 'protocol',
): BackendKind {
  return {
    name: `the core-only backend (refusing by ${refuseSockets}, close codes of the ${closeCodes})`,
    extensions: {
      acknowledgement: false,
      idempotency: false,
      identity: false,
      replyTo: false,
      heartbeat: false,
      sessions: false,
      feedback: false,
      shortAnswers: false,
      streaming: false,
      receipts: false,
      limitNotice: false,
      retryAfter: true,
    },
    refusesBy: refuseSockets === 'close' ? 'close code' : 'status',
    async create({ users, limits, tokenLifetimeSeconds, reply }) {
      let leadMs = 0;
      const backend = createBackend({
        users,
        now: () => Date.now() + leadMs,
        reply: reply ?? ((content) => content),
        refuseSockets,
        closeCodes,
        ...(limits && { limits }),
        ...(tokenLifetimeSeconds !== undefined && { tokenLifetimeSeconds }),
      });
      return {
        get port() {
          return Number(new URL(backend.url).port);
        },
        start: async () => void (await backend.listen()),
        stop: (how) => (how === 'gracefully' ? backend.close() : backend.crash()),
        skip(ms) {
          leadMs += ms;
        },
        expireTokens: backend.expireTokens,
        dropSockets: backend.dropSockets,
        openSockets: () =>
          Object.keys(users).reduce((count, username) => count + backend.sockets(username), 0),
        messages: async (username) => backend.messages(username),
        faults: async () => [],
        dispose: backend.crash,
      };
    },
  };
}
