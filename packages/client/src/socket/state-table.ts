/**
 * Where a {@link ChatSocket} stands; `closed` is for good.
 *
 * @example
 * ```ts
 * import type { SocketState } from '@chat/client';
 *
 * const colours: Record<SocketState, string> = {
 *   connecting: 'yellow',
 *   open: 'green',
 *   waiting: 'orange',
 *   closed: 'red',
 * };
 * socket.on('state', ({ state }) => console.log(colours[state]));
 * ```
 */
export type SocketState = 'connecting' | 'open' | 'waiting' | 'closed';

/** What each state may become. A closed socket stays closed: whoever wants another one connects anew. */
export const transitions: Readonly<Record<SocketState, readonly SocketState[]>> = {
  connecting: ['open', 'waiting', 'closed'],
  open: ['connecting', 'waiting', 'closed'],
  waiting: ['connecting', 'closed'],
  closed: [],
};
