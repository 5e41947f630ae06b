import { createBackend } from '../../../examples/own-backend/src/backend.js';
import type { BackendKind } from './backend.js';

/**
 * The example backend with only the core of the protocol. It rejects sockets with a close code or with
 * an HTTP status. With `rfc` it uses only close codes of RFC 6455.
 */
export function coreBackend(
  rejectSockets: 'close' | 'http' = 'close',
  closeCodes: 'protocol' | 'rfc' = 'protocol',
): BackendKind {
  return {
    name: `the core-only backend (rejects by ${rejectSockets}, close codes of the ${closeCodes})`,
    extensions: {
      acknowledgement: false,
      idempotency: false,
      identity: false,
      replyTo: false,
      heartbeat: false,
      sessions: false,
      feedback: false,
      minimalResponses: false,
      streaming: false,
      receipts: false,
      rateLimitNotice: false,
      retryAfter: true,
    },
    rejectsBy: rejectSockets === 'close' ? 'close code' : 'status',
    async create({ users, limits, tokenLifetimeSeconds, reply }) {
      let clockOffsetMs = 0;
      const backend = createBackend({
        users,
        extensions: false,
        now: () => Date.now() + clockOffsetMs,
        reply: reply ?? ((content) => content),
        rejectSockets,
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
        advanceClock(ms) {
          clockOffsetMs += ms;
        },
        expireTokens: backend.expireTokens,
        dropSockets: backend.dropSockets,
        openSockets: () =>
          Object.keys(users).reduce((count, username) => count + backend.sockets(username), 0),
        messages: async (username) => backend.messages(username),
        storeErrors: async () => [],
        dispose: backend.crash,
      };
    },
  };
}
