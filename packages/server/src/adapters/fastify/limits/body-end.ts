import type { IncomingMessage } from 'node:http';

const lineFeed = 10;
/** The parser creates an object for each chunk, which costs far more than a byte. */
const maxChunksAtOnce = 100;

/** Finds where the body of a request ends. Node's parser checks the same bytes and rejects an invalid body. */
export class BodyEnd {
  readonly request: IncomingMessage;
  /** Bytes until the end of a body with a length, or of the current chunk with its line break. */
  #left: number;
  readonly #isChunked: boolean;
  #line = '';
  #inTrailers = false;

  constructor(request: IncomingMessage) {
    this.request = request;
    this.#isChunked = request.headers['transfer-encoding'] !== undefined;
    this.#left = this.#isChunked ? 0 : Number(request.headers['content-length'] ?? 0);
  }

  /** How many of the next bytes belong to the body. Stops after {@link maxChunksAtOnce} chunks. */
  take(bytes: Buffer): number {
    let at = this.#skip(bytes, 0);
    for (let lines = 0; this.#isChunked && at < bytes.length; lines += 1) {
      if (lines === maxChunksAtOnce) return at;
      const end = bytes.indexOf(lineFeed, at);
      this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
      if (end < 0) return bytes.length;
      at = end + 1;
      const line = this.#line.trim();
      this.#line = '';
      if (this.#inTrailers && line === '') return at;
      // A chunk starts with its size, followed by optional extensions.
      const size = this.#inTrailers ? 0 : Number.parseInt(line, 16);
      if (size > 0) this.#left = size + 2;
      else this.#inTrailers = true;
      at = this.#skip(bytes, at);
    }
    return at;
  }

  #skip(bytes: Buffer, at: number): number {
    const count = Math.min(this.#left, bytes.length - at);
    this.#left -= count;
    return at + count;
  }
}
