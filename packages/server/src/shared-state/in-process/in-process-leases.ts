import type { SocketLeases } from '../../domain/ports/index.js';

/** Counts the sockets of this process. Leases need no expiry: they end with the process at the latest. */
export function createInProcessLeases(): SocketLeases {
  const socketsOf = new Map<string, Set<string>>();
  return {
    async acquire(userId, socketId, limit) {
      const sockets = socketsOf.get(userId) ?? new Set();
      if (sockets.has(socketId)) return true;
      if (sockets.size >= limit) return false;
      socketsOf.set(userId, sockets.add(socketId));
      return true;
    },
    async renew() {},
    async release(userId, socketId) {
      const sockets = socketsOf.get(userId);
      if (sockets?.delete(socketId) && sockets.size === 0) socketsOf.delete(userId);
    },
  };
}
