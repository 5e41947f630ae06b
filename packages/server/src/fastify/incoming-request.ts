import { IncomingMessage } from 'node:http';

/**
 * A request that wants an upgrade only when it wants a WebSocket. Node hands every request that offers
 * one to whoever listens for upgrades, without its body; but some clients (Java's, `curl --http2`) offer
 * HTTP/2 along with each of their plain requests, and RFC 9110 (7.8) has a server ignore what it does not
 * speak.
 */
export class IncomingRequest extends IncomingMessage {
  // Without an initialiser: Node's constructor sets `upgrade` before ours could run.
  declare private offered: boolean | null;

  get upgrade(): boolean {
    return this.offered === true && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(offered: boolean | null) {
    this.offered = offered;
  }
}
