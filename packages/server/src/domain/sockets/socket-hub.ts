import type { SocketHandler, SocketPeer, SocketRequest } from '../api.js';
import type { DomainContext } from '../context.js';
import { closeReasons } from './close-reasons.js';
import { DeliveryWriter } from './delivery-writer.js';
import { FrameBudget } from './frame-budget.js';
import { SocketConnection } from './socket-connection.js';
import { createStoreReconciler } from './store-reconciler.js';
import { UserSockets } from './user-sockets.js';

/** All sockets of this instance. */
export interface SocketHub {
  /** Handles an accepted socket. To reject it, the hub closes it with a code. */
  open(peer: SocketPeer, request: SocketRequest): SocketHandler;
  /**
   * Rejects new sockets and messages immediately. Closes all sockets with 1012 when `inFlight` has settled, so that they
   * still receive the replies of running turns. Resolves when all connections are closed.
   */
  drain(inFlight?: Promise<unknown>): Promise<void>;
}

export function createSocketHub(context: DomainContext): SocketHub {
  const connections = new Set<SocketConnection>();
  const users = new Map<string, UserSockets>();
  const exceededBudgets = new Map<string, FrameBudget>();
  const unauthenticated = new Set<SocketConnection>();
  const deliveries = new DeliveryWriter(context);
  const { remote } = context.fanOut;
  const reconciler = createStoreReconciler(context, users);
  let draining = false;
  let onAllClosed: (() => void) | undefined;

  const unsubscribe = context.fanOut.subscribe((userId, event) => {
    if (event.kind === 'frame') {
      users.get(userId)?.receive(event);
    } else if (event.kind === 'revoked') {
      users.get(userId)?.revoke(event.jti);
      for (const connection of unauthenticated) connection.revoke(event.jti);
    } else if (event.kind === 'resync') {
      reconciler.expedite();
    }
  });

  const join = (userId: string, connection: SocketConnection) => {
    unauthenticated.delete(connection);
    const sockets = users.get(userId) ?? new UserSockets(context, userId, deliveries);
    users.set(userId, sockets);
    sockets.add(connection);
    reconciler.start();
    const subscription = remote?.subscribeUser(userId);
    if (connection.stream && remote === undefined) sockets.sendTextSoFar();
    return {
      // Subscribe first, then read the position. A message that arrives in between is seen twice and de-duplicated by
      // its number.
      ready: subscription?.ready.then(() => {
        if (connection.stream) sockets.sendTextSoFar();
        return sockets.start();
      }),
      leave() {
        subscription?.stop();
        sockets.delete(connection);
        if (sockets.size === 0 && users.get(userId) === sockets) users.delete(userId);
        if (users.size === 0) reconciler.stop();
      },
    };
  };

  const callbacks = {
    isDraining: () => draining,
    join,
    frameBudget(userId: string) {
      for (const [id, budget] of exceededBudgets) {
        if (budget.isFull()) exceededBudgets.delete(id);
      }
      return exceededBudgets.get(userId) ?? new FrameBudget(context.clock, context.limits);
    },
    onBudgetExceeded(userId: string, budget: FrameBudget) {
      exceededBudgets.set(userId, budget);
    },
    onClosed(connection: SocketConnection) {
      connections.delete(connection);
      unauthenticated.delete(connection);
      if (connections.size === 0) onAllClosed?.();
    },
  };

  return {
    open(peer, request) {
      const connection = new SocketConnection(context, peer, request.stream, callbacks);
      connections.add(connection);
      unauthenticated.add(connection);
      void connection.start(request);
      return connection;
    },
    async drain(inFlight = Promise.resolve()) {
      draining = true;
      await inFlight.catch(() => undefined);
      const allClosed = new Promise<void>((resolve) => {
        onAllClosed = resolve;
      });
      for (const connection of connections) connection.close(closeReasons.stopping);
      if (connections.size > 0) await allClosed;
      unsubscribe();
      await deliveries.whenIdle();
    },
  };
}
