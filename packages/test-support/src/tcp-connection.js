// @ts-check
import { TcpPipe } from './tcp-pipe.js';

/** @typedef {'up' | 'down' | 'both'} Direction as the client sees it: `up` is what it sends, `down` what it receives */

/** @typedef {'reset' | 'end'} CutMode `reset` is a RST to both peers; `end` is a FIN to both, without any message before it */

/** One connection of a client to the target, through the proxy. */
export class TcpConnection {
  /** The first line that the client sent, such as `GET /ws/chat?token=… HTTP/1.1`. */
  requestLine = '';
  #client;
  #target;
  #up;
  #down;
  #closing = false;

  /**
   * @param {import('node:net').Socket} client
   * @param {import('node:net').Socket} target
   * @param {() => void} onClosed
   */
  constructor(client, target, onClosed) {
    this.#client = client;
    this.#target = target;
    this.#up = new TcpPipe(client, target);
    this.#down = new TcpPipe(target, client);
    client.once('data', (/** @type {Buffer} */ bytes) => {
      this.requestLine = bytes.toString('latin1').split('\r\n', 1)[0] ?? '';
    });
    client.on('error', () => this.#onError(this.#up));
    target.on('error', () => this.#onError(this.#down));
    for (const socket of [client, target]) {
      socket.on('close', () => {
        if (client.destroyed && target.destroyed) onClosed();
      });
    }
  }

  get isWebSocket() {
    return this.requestLine.startsWith('GET /ws/');
  }

  /** @param {CutMode} [mode] */
  cut(mode = 'reset') {
    if (this.#closing && mode === 'end') return;
    this.#closing = true;
    this.#up.stop();
    this.#down.stop();
    for (const socket of [this.#client, this.#target]) {
      if (mode === 'end') socket.destroySoon();
      // After its FIN a socket cannot send a RST any more: Node would wait for one forever.
      else if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  /**
   * Stops forwarding until `resume`; nothing is lost.
   * @param {Direction} [direction]
   */
  stall(direction = 'both') {
    for (const pipe of this.#pipes(direction)) pipe.pause();
  }

  /**
   * Reads everything and throws it away: a half-open connection, which cannot recover.
   * @param {Direction} [direction]
   */
  blackHole(direction = 'both') {
    for (const pipe of this.#pipes(direction)) pipe.discard();
  }

  /** Ends `stall` and cancels what was not reached. A connection that lost bytes is reset, as TCP would do in the end. */
  resume() {
    if (this.#up.lostBytes || this.#down.lostBytes) this.cut('reset');
    else for (const pipe of this.#pipes('both')) pipe.resume();
  }

  /** @param {number} delayMs */
  delay(delayMs) {
    for (const pipe of this.#pipes('both')) pipe.delayMs = delayMs;
  }

  /**
   * Loses the next `bytes` bytes, then resets the connection.
   * @param {number} bytes
   * @param {'up' | 'down'} [direction]
   */
  dropBytes(bytes, direction = 'down') {
    for (const pipe of this.#pipes(direction)) pipe.limit(bytes, false, () => this.cut('reset'));
  }

  /**
   * Forwards `bytes` more bytes, possibly up to the middle of a frame, then cuts the connection.
   * @param {number} bytes
   * @param {'up' | 'down'} [direction]
   * @param {CutMode} [mode]
   */
  cutAfter(bytes, direction = 'down', mode = 'end') {
    for (const pipe of this.#pipes(direction)) pipe.limit(bytes, true, () => this.cut(mode));
  }

  /** @param {Direction} direction */
  #pipes(direction) {
    if (direction === 'both') return [this.#up, this.#down];
    return [direction === 'up' ? this.#up : this.#down];
  }

  /**
   * A peer's RST is forwarded at once, unless what comes from that peer goes into a black hole.
   * @param {TcpPipe} pipe
   */
  #onError(pipe) {
    if (!pipe.discards) this.cut('reset');
  }
}
