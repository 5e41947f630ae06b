// A TCP proxy in front of the server whose connections can be cut.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class CuttableProxy {
  #sockets = new Set();
  #isCut = false;
  #server;

  /** @param {number} [targetPort] a port on this machine; it can be set later */
  constructor(targetPort) {
    this.targetPort = targetPort;
    this.#server = createServer((client) => {
      if (this.#isCut) {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect(this.targetPort, '127.0.0.1');
      this.#track(client, upstream);
      this.#track(upstream, client);
      client.pipe(upstream).pipe(client);
    });
  }

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Resets all connections and rejects new ones, until {@link restore}. */
  cut() {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  restore() {
    this.#isCut = false;
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #track(socket, other) {
    this.#sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
