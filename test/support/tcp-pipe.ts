import type { Socket } from 'node:net';

type Parcel = { readonly bytes: Buffer | undefined; readonly dueAt: number };

/** One direction of a line: bytes go from one socket to the other, in order, when they are let. */
export class TcpPipe {
  /** How long each byte is under way, in milliseconds. */
  delayMs = 0;
  readonly #from: Socket;
  readonly #to: Socket;
  /** What was read and not yet written; without bytes, the end. */
  readonly #underWay: Parcel[] = [];
  #timer: NodeJS.Timeout | undefined;
  #held = false;
  #swallowing = false;
  #lostBytes = false;
  #limit: { bytes: number; pass: boolean; reached: () => void } | undefined;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on('data', (bytes: Buffer) => this.#read(bytes));
    from.on('end', () => this.#swallowing || this.#send(undefined));
    to.on('drain', () => this.#flow());
  }

  /** Forwards nothing and reads nothing: the sender's own buffers fill, as behind a dead router. */
  hold(): void {
    this.#held = true;
    this.#flow();
  }

  /** Ends `hold`, and `limit` where it was not reached. */
  release(): void {
    this.#held = false;
    this.#limit = undefined;
    this.#flow();
  }

  /** From now on every byte is taken and thrown away. */
  swallow(): void {
    this.#swallowing = true;
    this.#lostBytes = true;
    this.#underWay.length = 0;
  }

  get swallows(): boolean {
    return this.#swallowing;
  }

  /** Whether something was thrown away: such a pipe can only break. */
  get lostBytes(): boolean {
    return this.#lostBytes;
  }

  /** Calls `reached` after the next `bytes` bytes, which are passed on or dropped. */
  limit(bytes: number, pass: boolean, reached: () => void): void {
    // Behind a hole nothing may be let through, whatever else befalls the line.
    if (this.#lostBytes) return;
    this.#limit = { bytes, pass, reached };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#underWay.length = 0;
  }

  #read(bytes: Buffer): void {
    if (this.#swallowing) return;
    const limit = this.#limit;
    if (limit === undefined) {
      this.#send(bytes);
      return;
    }
    const counted = bytes.subarray(0, limit.bytes);
    limit.bytes -= counted.length;
    if (limit.pass) this.#send(counted);
    else this.#lostBytes = true;
    // What comes after a hole in the stream must never arrive: TCP delivers in order or not at all.
    if (limit.bytes === 0) {
      this.#swallowing = true;
      limit.reached();
    }
  }

  #send(bytes: Buffer | undefined): void {
    this.#underWay.push({ bytes, dueAt: performance.now() + this.delayMs });
    this.#flow();
  }

  #flow(): void {
    clearTimeout(this.#timer);
    let parcel = this.#held ? undefined : this.#underWay[0];
    while (parcel !== undefined && !this.#to.writableNeedDrain) {
      const waitMs = parcel.dueAt - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#flow(), Math.ceil(waitMs));
        break;
      }
      this.#underWay.shift();
      this.#write(parcel.bytes);
      parcel = this.#underWay[0];
    }
    if (this.#held || this.#to.writableNeedDrain) this.#from.pause();
    else this.#from.resume();
  }

  #write(bytes: Buffer | undefined): void {
    if (!this.#to.writable) return;
    if (bytes === undefined) this.#to.end();
    else this.#to.write(bytes);
  }
}
