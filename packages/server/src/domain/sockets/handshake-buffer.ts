/** Maximum number of frames that a client may send before the greeting. */
const maxIncomingFrames = 256;

/**
 * Frames from and to a socket that is not yet authenticated: a client may send as soon as its socket is open, and the
 * user's other connections do not wait. Bounded in both directions.
 */
export class HandshakeBuffer {
  readonly incoming: (string | Uint8Array)[] = [];
  readonly outgoing: string[] = [];
  /** Tokens that were revoked before the socket's token was verified. */
  readonly revoked = new Set<string>();
  readonly #maxSize: number;
  #incomingSize = 0;
  #outgoingSize = 0;

  /** @param maxSize characters or bytes per direction */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Returns false when the buffer is full. */
  pushIncoming(data: string | Uint8Array): boolean {
    this.#incomingSize += data.length;
    if (this.incoming.length >= maxIncomingFrames || this.#incomingSize > this.#maxSize)
      return false;
    this.incoming.push(data);
    return true;
  }

  /** Returns false when the buffer is full. */
  pushOutgoing(frame: string): boolean {
    this.#outgoingSize += frame.length;
    if (this.#outgoingSize > this.#maxSize) return false;
    this.outgoing.push(frame);
    return true;
  }
}
