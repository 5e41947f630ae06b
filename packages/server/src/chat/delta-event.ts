import { deltaFrame } from './frames.js';

/** A piece of a reply. Its frame is made when it is first read: hardly any socket wants to see a reply grow. */
export class DeltaEvent {
  readonly kind = 'frame';
  readonly streamOnly = true;
  readonly #now: number;
  readonly #sessionId: string;
  readonly #id: string;
  readonly #piece: string;
  #frame: string | undefined;

  /** @param id of the message that the reply will be stored as */
  constructor(now: number, sessionId: string, id: string, piece: string) {
    this.#now = now;
    this.#sessionId = sessionId;
    this.#id = id;
    this.#piece = piece;
  }

  get frame(): string {
    this.#frame ??= deltaFrame(this.#now, this.#sessionId, this.#id, this.#piece);
    return this.#frame;
  }

  /** For other instances: as the plain event that it is. */
  toJSON() {
    const { kind, streamOnly, frame } = this;
    return { kind, streamOnly, frame };
  }
}
