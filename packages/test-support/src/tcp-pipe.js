// @ts-check

/**
 * One direction of a connection: bytes go from one socket to the other, in order. It can be paused, slowed down, and
 * made to lose bytes.
 */
export class TcpPipe {
  /** How long each byte is in transit, in milliseconds. */
  delayMs = 0;
  #from;
  #to;
  /**
   * What was read and not yet written; a chunk without bytes is the end of the stream.
   * @type {{ readonly bytes: Buffer | undefined, readonly dueAt: number }[]}
   */
  #inFlight = [];
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #paused = false;
  #discarding = false;
  #lostBytes = false;
  /** @type {{ bytes: number, pass: boolean, onReached: () => void } | undefined} */
  #limit;

  /**
   * @param {import('node:net').Socket} from
   * @param {import('node:net').Socket} to
   */
  constructor(from, to) {
    this.#from = from;
    this.#to = to;
    from.on('data', (/** @type {Buffer} */ bytes) => this.#read(bytes));
    from.on('end', () => this.#discarding || this.#send(undefined));
    to.on('drain', () => this.#flush());
  }

  /** Forwards nothing and reads nothing: the sender's own buffers fill, as behind a dead router. */
  pause() {
    this.#paused = true;
    this.#flush();
  }

  /** Ends `pause`, and cancels `limit` where it was not reached. */
  resume() {
    this.#paused = false;
    this.#limit = undefined;
    this.#flush();
  }

  /** From now on every byte is read and thrown away. */
  discard() {
    this.#discarding = true;
    this.#lostBytes = true;
    this.#inFlight.length = 0;
  }

  get discards() {
    return this.#discarding;
  }

  /** Whether bytes were thrown away: such a pipe can only break. */
  get lostBytes() {
    return this.#lostBytes;
  }

  /**
   * Calls `onReached` after the next `bytes` bytes.
   * @param {number} bytes
   * @param {boolean} pass whether these bytes are forwarded or lost
   * @param {() => void} onReached
   */
  limit(bytes, pass, onReached) {
    // After lost bytes nothing may be forwarded, whatever happens to the connection later.
    if (this.#lostBytes) return;
    this.#limit = { bytes, pass, onReached };
  }

  stop() {
    clearTimeout(this.#timer);
    this.#inFlight.length = 0;
  }

  /** @param {Buffer} bytes */
  #read(bytes) {
    if (this.#discarding) return;
    const limit = this.#limit;
    if (limit === undefined) {
      this.#send(bytes);
      return;
    }
    const counted = bytes.subarray(0, limit.bytes);
    limit.bytes -= counted.length;
    if (limit.pass) this.#send(counted);
    else this.#lostBytes = true;
    // Bytes after lost bytes must never arrive: TCP delivers in order or not at all.
    if (limit.bytes === 0) {
      this.#discarding = true;
      limit.onReached();
    }
  }

  /** @param {Buffer | undefined} bytes */
  #send(bytes) {
    this.#inFlight.push({ bytes, dueAt: performance.now() + this.delayMs });
    this.#flush();
  }

  #flush() {
    clearTimeout(this.#timer);
    let chunk = this.#paused ? undefined : this.#inFlight[0];
    while (chunk !== undefined && !this.#to.writableNeedDrain) {
      const waitMs = chunk.dueAt - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), Math.ceil(waitMs));
        break;
      }
      this.#inFlight.shift();
      this.#write(chunk.bytes);
      chunk = this.#inFlight[0];
    }
    if (this.#paused || this.#to.writableNeedDrain) this.#from.pause();
    else this.#from.resume();
  }

  /** @param {Buffer | undefined} bytes */
  #write(bytes) {
    if (!this.#to.writable) return;
    if (bytes === undefined) this.#to.end();
    else this.#to.write(bytes);
  }
}
