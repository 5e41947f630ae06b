import { IncomingMessage } from 'node:http';

/**
 * A request that is an upgrade only for WebSockets. Node passes every request with an `Upgrade` header to the listeners of
 * `upgrade`, without its body. But some clients (Java's, `curl --http2`) offer HTTP/2 with every request, and a server
 * ignores protocols that it does not support (RFC 9110, 7.8).
 */
export class IncomingRequest extends IncomingMessage {
  // No initializer: Node's constructor sets `upgrade` before ours runs.
  declare private upgradeOffered: boolean | null;

  get upgrade(): boolean {
    return this.upgradeOffered === true && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(upgradeOffered: boolean | null) {
    this.upgradeOffered = upgradeOffered;
  }
}
