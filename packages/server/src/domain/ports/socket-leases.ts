/**
 * Counts the open sockets of each user over all instances. A lease that is not renewed expires.
 *
 * @example
 * ```ts
 * import type { SocketLeases } from '@chat/server';
 *
 * // For one process, where no lease has to expire.
 * const sockets = new Map<string, Set<string>>();
 * const leases: SocketLeases = {
 *   async acquire(userId, socketId, limit) {
 *     const mine = sockets.get(userId) ?? new Set<string>();
 *     if (mine.size >= limit) return false;
 *     sockets.set(userId, mine.add(socketId));
 *     return true;
 *   },
 *   async renew() {},
 *   async release(userId, socketId) {
 *     sockets.get(userId)?.delete(socketId);
 *   },
 * };
 * ```
 */
export interface SocketLeases {
  /** Returns false when the user already has `limit` sockets. */
  acquire(userId: string, socketId: string, limit: number): Promise<boolean>;
  /** Extends the lease of an open socket. Called with each ping. */
  renew(userId: string, socketId: string): Promise<void>;
  /** Ends the lease of a closed socket. */
  release(userId: string, socketId: string): Promise<void>;
}
