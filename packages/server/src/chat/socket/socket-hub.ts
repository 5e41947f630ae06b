import type { SocketPeer, SocketRequest, SocketSession } from '../api.js';
import type { ChatCore } from '../core.js';
import { createCatchUpRounds } from './catch-up-rounds.js';
import { closings } from './closings.js';
import { DeliveryMarks } from './delivery-marks.js';
import { Session, type SessionHost } from './session.js';
import { UserSockets } from './user-sockets.js';

/** All sockets of this instance. */
export interface SocketHub {
  /** Takes over an accepted socket; a refusal is `close` with its code. */
  open(peer: SocketPeer, request: SocketRequest): SocketSession;
  /**
   * Refuses new sockets and new messages at once, and closes all sockets with 1012 when `underWay` is
   * settled: the replies of turns under way still reach them. Resolves when all lines are down.
   */
  drain(underWay?: Promise<unknown>): Promise<void>;
}

export function createSocketHub(core: ChatCore): SocketHub {
  const sessions = new Set<Session>();
  const users = new Map<string, UserSockets>();
  /** Those of whom it is not known yet whose they are. */
  const strangers = new Set<Session>();
  const marks = new DeliveryMarks(core);
  const { remote } = core.fanOut;
  const rounds = createCatchUpRounds(core, users);
  let draining = false;
  let allGone: (() => void) | undefined;

  const unsubscribe = core.fanOut.subscribe((userId, event) => {
    if (event.kind === 'frame') {
      users.get(userId)?.receive(event);
    } else if (event.kind === 'revoked') {
      users.get(userId)?.revoke(event.jti);
      for (const session of strangers) session.revoke(event.jti);
    } else {
      rounds.hurry();
    }
  });

  const host: SessionHost = {
    core,
    get draining() {
      return draining;
    },
    join(userId, session) {
      strangers.delete(session);
      const sockets = users.get(userId) ?? new UserSockets(core, userId, marks);
      users.set(userId, sockets);
      sockets.add(session);
      rounds.begin();
      const followed = remote?.follow(userId);
      return {
        // Heard first and looked up then: what comes in between is told twice, which is once.
        ready: followed?.ready.then(() => sockets.begin()),
        leave() {
          followed?.stop();
          sockets.delete(session);
          if (sockets.size === 0 && users.get(userId) === sockets) users.delete(userId);
          if (users.size === 0) rounds.stop();
        },
      };
    },
    gone(session) {
      sessions.delete(session);
      strangers.delete(session);
      if (sessions.size === 0) allGone?.();
    },
  };

  return {
    open(peer, request) {
      const session = new Session(host, peer, request.stream);
      sessions.add(session);
      strangers.add(session);
      void session.start(request);
      return session;
    },
    async drain(underWay = Promise.resolve()) {
      draining = true;
      await underWay.catch(() => undefined);
      const gone = new Promise<void>((resolve) => {
        allGone = resolve;
      });
      for (const session of sessions) session.end(closings.stopping);
      if (sessions.size > 0) await gone;
      unsubscribe();
      await marks.settled();
    },
  };
}
