/**
 * The state of a {@link ChatSocket}. `closed` is final.
 *
 * @example
 * ```ts
 * import type { SocketState } from '@chat/client';
 *
 * const colors: Record<SocketState, string> = {
 *   connecting: 'yellow',
 *   open: 'green',
 *   waiting: 'orange',
 *   closed: 'red',
 * };
 * socket.on('state', ({ state }) => console.log(colors[state]));
 * ```
 */
export type SocketState = SocketStateChange['state'];

/**
 * The cause of a state change. A field is missing if it does not apply.
 *
 * @example
 * ```ts
 * import type { SocketStateCause } from '@chat/client';
 *
 * const describe = ({ code, reason, error }: SocketStateCause) =>
 *   error instanceof Error ? error.message : `${code} ${reason}`;
 * socket.on('state', (change) => {
 *   if (change.state === 'waiting') console.log(describe(change));
 * });
 * ```
 */
export interface SocketStateCause {
  /** The close code, if a WebSocket ended: 1006 without a close frame. `signed_out` if the user has logged out. */
  code?: number | 'signed_out';
  /** The reason in the close frame; empty without one. */
  reason?: string;
  /** The error, if there was one. */
  error?: unknown;
}

/**
 * A state change with its cause, by `state`. Only `waiting` has `retryInMs`; `open` has no cause.
 *
 * @example
 * ```ts
 * import type { SocketStateChange } from '@chat/client';
 *
 * function describe(change: SocketStateChange): string {
 *   switch (change.state) {
 *     case 'waiting':
 *       return `Disconnected (${change.code}); next attempt in ${Math.ceil(change.retryInMs / 1000)} s.`;
 *     case 'closed':
 *       return `Closed: ${change.reason ?? ''}`;
 *     default:
 *       return change.state;
 *   }
 * }
 * socket.on('state', (change) => console.log(describe(change)));
 * ```
 */
export type SocketStateChange =
  | (SocketStateCause & {
      /** The new state: an attempt to connect. */
      state: 'connecting';
      /** Never set: only `waiting` has a delay. */
      retryInMs?: undefined;
    })
  | {
      /** The new state: the backend accepted the connection. */
      state: 'open';
      /** Never set: only `waiting` has a delay. */
      retryInMs?: undefined;
      /** Never set: an open connection has no cause. */
      code?: undefined;
      /** Never set: an open connection has no cause. */
      reason?: undefined;
      /** Never set: an open connection has no cause. */
      error?: undefined;
    }
  | (SocketStateCause & {
      /** The new state: a connection was lost or an attempt failed. */
      state: 'waiting';
      /** Milliseconds until the next attempt. */
      retryInMs: number;
    })
  | (SocketStateCause & {
      /** The new state: closed permanently. */
      state: 'closed';
      /** Never set: only `waiting` has a delay. */
      retryInMs?: undefined;
    });
