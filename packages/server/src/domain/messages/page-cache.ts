import type { UserPosition } from '../ports/store.js';

/** Estimated size of an entry without its text. */
const entryOverheadBytes = 500;

interface Page {
  readonly json: string;
  readonly position: UserPosition;
}

/**
 * Serialized history pages. A page is valid as long as its user's position is the same; the position is read for each
 * request. So no invalidation is needed, also with several servers: a page of delivered messages changes only with a new
 * message or a new read receipt.
 */
export class PageCache {
  readonly #maxBytes: number;
  /** The newest entry is the last one. */
  readonly #pages = new Map<string, Page>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string, position: UserPosition): string | undefined {
    const page = this.#pages.get(key);
    return page !== undefined && isSame(page.position, position) ? page.json : undefined;
  }

  set(key: string, position: UserPosition, json: string): void {
    this.#delete(key);
    const page = { json, position };
    this.#pages.set(key, page);
    this.#bytes += sizeOf(page);
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const page = this.#pages.get(key);
    if (page === undefined) return;
    this.#pages.delete(key);
    this.#bytes -= sizeOf(page);
  }
}

/** The time differs when the database was emptied or replaced and has the same number of messages. */
function isSame(one: UserPosition, other: UserPosition): boolean {
  return (
    one.lastSeq === other.lastSeq &&
    one.lastTimestamp === other.lastTimestamp &&
    one.readSeq === other.readSeq
  );
}

function sizeOf({ json }: Page): number {
  return json.length * 2 + entryOverheadBytes;
}
