/** Frames that may come in before the greeting went out. */
const incomingMax = 256;

/**
 * What passes by while it is still being asked who the peer is: a client may send as soon as its
 * socket is open, and the user's other doors do not wait either. Bounded in both directions.
 */
export class EarlyFrames {
  readonly incoming: (string | Uint8Array)[] = [];
  readonly outgoing: string[] = [];
  /** Tokens that were revoked before it was known which one the socket has. */
  readonly revoked = new Set<string>();
  readonly #maxSize: number;
  #incomingSize = 0;
  #outgoingSize = 0;

  /** @param maxSize characters or bytes, for each direction */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Keeps a frame of the peer; false when there is no more room. */
  keep(data: string | Uint8Array): boolean {
    this.#incomingSize += data.length;
    if (this.incoming.length >= incomingMax || this.#incomingSize > this.#maxSize) return false;
    this.incoming.push(data);
    return true;
  }

  /** Keeps a frame for the peer; false when there is no more room. */
  hold(frame: string): boolean {
    this.#outgoingSize += frame.length;
    if (this.#outgoingSize > this.#maxSize) return false;
    this.outgoing.push(frame);
    return true;
  }
}
