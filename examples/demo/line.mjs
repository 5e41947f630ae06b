// A line that can be cut: a TCP proxy in front of the server.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Line {
  #ends = new Set();
  #isCut = false;
  #server;

  /** @param {number} targetPort on this machine */
  constructor(targetPort) {
    this.#server = createServer((near) => {
      if (this.#isCut) {
        near.resetAndDestroy();
        return;
      }
      const far = connect(targetPort, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
      near.pipe(far).pipe(near);
    });
  }

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Resets what is connected and refuses what comes, until {@link mend}. */
  cut() {
    this.#isCut = true;
    for (const end of this.#ends) end.resetAndDestroy();
  }

  mend() {
    this.#isCut = false;
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(end, other) {
    this.#ends.add(end);
    end.on('error', () => other.destroy());
    end.on('close', () => {
      this.#ends.delete(end);
      other.destroy();
    });
  }
}
