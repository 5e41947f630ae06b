import type { NodeTcpSocket as Original } from './node-tcp-socket.js';

/** Replaces `node-tcp-socket.ts` in builds for browsers, where there is no TCP socket to find. */
export class NodeTcpSocket implements Pick<Original, 'stopSearching' | 'close'> {
  stopSearching(): void {}
  close(): void {}
}
